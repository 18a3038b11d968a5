// The header has two states; the stylesheet moves between them in 0.25 s.
const bar = document.getElementById("bar");
const settle = () => bar.classList.toggle("small", window.scrollY > 120);
addEventListener("scroll", settle, { passive: true });
settle();

// Pictures further down get their address only when the reader comes near.
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    entry.target.src = entry.target.dataset.src;
    near.unobserve(entry.target);
  }
}, { rootMargin: "300px 0px" });
document.querySelectorAll("img[data-src]").forEach((image) => near.observe(image));
