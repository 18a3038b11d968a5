// The carousel turns by itself, for ever: this page is in motion on purpose.
const track = document.getElementById("track");
const dots = [...document.getElementById("dots").children];
let shown = 0;
setInterval(() => {
  shown = (shown + 1) % dots.length;
  track.style.transform = `translateX(${-100 * shown}%)`;
  dots.forEach((dot, index) => dot.classList.toggle("on", index === shown));
}, 2800);
