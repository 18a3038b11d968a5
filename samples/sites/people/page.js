// The one thing that changes while this page scrolls: the way back up, after 700 px.
const up = document.getElementById("to-top");
addEventListener("scroll", () => up.classList.toggle("there", window.scrollY > 700), { passive: true });
