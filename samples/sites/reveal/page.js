// Sections come when they enter and go when they leave, every time: such a page is not static.
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.target.classList.toggle("seen", entry.isIntersecting);
}, { threshold: 0.25 });
document.querySelectorAll("main section").forEach((section) => watch.observe(section));
