"""Pages that move, by how they do it: each is what stands before and after the rows of a page."""

# `.box` is a white square in the first viewport; `<!-- rows -->` is where the rows go.
MOVING = {
    "animation": """<style>@keyframes turn { to { transform: rotate(360deg) } }
.box { animation: turn 2s linear infinite }</style><div class=box></div>""",
    "carousel": """<div class=box id=slide>0</div><script>
let n = 0; setInterval(() => { slide.textContent = ++n }, 3000)</script>""",
    "gif": """<img class=box src=/spinner.gif>""",
    "canvas": """<canvas class=box id=c width=120 height=120></canvas><script>
const pen = c.getContext('2d');
const draw = (t) => { pen.fillStyle = `hsl(${t / 5 % 360} 90% 50%)`;
  pen.fillRect(0, 0, 120, 120); requestAnimationFrame(draw) };
requestAnimationFrame(draw)</script>""",
    "video": """<video class=box src=/film.webm autoplay loop muted></video>""",
    "fixed-background": """<style>main { background: linear-gradient(#fff, #004) fixed }
p:nth-child(3n) { background: none !important }</style>""",
    "scroll-driven": """<style>@keyframes slide { to { transform: translateX(200px) } }
.box { animation: slide linear; animation-timeline: scroll(); position: fixed }</style>
<div class=box></div>""",
    "hides-again": """<style>p { transition: opacity .3s } .away { opacity: 0 }</style><!-- rows -->
<script>const eye = new IntersectionObserver((seen) => seen.forEach((s) =>
  s.target.classList.toggle('away', !s.isIntersecting)), {rootMargin: '-60px'});
document.querySelectorAll('p').forEach((p) => eye.observe(p))</script>""",
    "parallax": """<div class=box id=far></div><script>
addEventListener('scroll', () => { far.style.transform = `translateY(${scrollY / 2}px)` })
</script>""",
    "clock": """<div class=box id=time></div><script>
const show = () => { time.textContent = new Date().toISOString().slice(17, 19) };
show(); setInterval(show, 200)</script>""",
}
# These only look as if they moved.
SETTLING = {
    "reveals-once": """<style>p { opacity: 0; transform: translateY(20px); transition: all .4s }
p.seen { opacity: 1; transform: none }</style><!-- rows --><script>
const eye = new IntersectionObserver((seen) => seen.forEach((s) => {
  if (s.isIntersecting) { s.target.classList.add('seen'); eye.unobserve(s.target) } }));
document.querySelectorAll('p').forEach((p) => eye.observe(p))</script>""",
    "enters-once": """<style>@keyframes enter { from { transform: translateX(-300px) } }
.box { animation: enter .8s ease-out }</style><div class=box></div>""",
}
