"""Pages that stand still but for their fixed and sticky parts, by what these do."""

_BAR = """<style>#bar { position: fixed; top: 0; left: 0; width: 100%; height: 60px; z-index: 9;
background: #fff; color: #222; transition: all .25s }</style><div id=bar>Menu Prices Help</div>"""
_STICKY = _BAR.replace("position: fixed", "position: sticky") + "<!-- rows -->"


def _on_scroll(body: str) -> str:
    see = f"const see = () => {{ {body} }}; addEventListener('scroll', see); see()"
    return f"<script>{{ {see} }}</script>"


PINNED = {
    "fixed": _BAR,
    "sticky": _STICKY,
    "shrinking-fixed": _BAR + _on_scroll("bar.style.height = scrollY > 80 ? '36px' : ''"),
    "shrinking-sticky": _STICKY + _on_scroll("bar.style.height = scrollY > 80 ? '36px' : ''"),
    "changes-colour": _BAR
    + _on_scroll("bar.style.background = scrollY > 120 ? '#134' : '';")
    + _on_scroll("bar.style.color = scrollY > 120 ? '#fff' : ''"),
    "hides-going-down": _BAR
    + "<script>let before = 0</script>"
    + _on_scroll(
        "bar.style.transform = scrollY > before && scrollY > 60 ? 'translateY(-100%)' : '';"
        " before = scrollY"
    ),
    "to-top-button": """<style>#up { position: fixed; right: 30px; bottom: 30px; width: 48px;
height: 48px; border-radius: 24px; background: #fff; text-align: center; opacity: 0;
transition: opacity .3s } #up.on { opacity: 1 }</style><div id=up>↑</div>"""
    + _on_scroll("up.classList.toggle('on', scrollY > 200)"),
    "sidebar": """<style>#wrap { display: flex } main { flex: 1 } #side { position: sticky;
top: 80px; width: 160px; height: 120px; background: #fff; align-self: flex-start;
margin-top: 200px }</style><div id=wrap><div id=side>Contents</div><!-- rows --></div>""",
    "section-headings": """<style>p:nth-child(8n) { position: sticky; top: 0;
box-shadow: inset 0 0 0 3px #fff }</style><!-- rows -->""",
    "section-headings-in-boxes": """<style>section { border: 1px solid #000 }
h2 { position: sticky; top: 0; margin: 0; background: #fff; font-size: 20px }</style>
<!-- rows --><script>const rows = [...document.querySelectorAll('p')];
for (let n = 0; n < rows.length; n += 6) { const box = document.createElement('section');
  const title = document.createElement('h2'); title.textContent = `Part ${n / 6}`;
  rows[n].before(box); box.append(title, ...rows.slice(n, n + 6)) }</script>""",
    "shadow": _BAR + "<style>#bar { box-shadow: 0 6px 24px rgb(0 0 0 / .5) }</style>",
    "shadow-on-scroll": _BAR
    + _on_scroll("bar.style.boxShadow = scrollY > 50 ? '0 6px 24px rgb(0 0 0 / .5)' : ''"),
    "fixed-after-a-while": """<style>#nav { height: 50px; background: #fff; width: 100% }
#nav.pinned { position: fixed; top: 0; left: 0 }</style><p style="background:#222">Top</p>
<div id=nav>Menu</div><!-- rows -->"""
    + _on_scroll("nav.classList.toggle('pinned', scrollY > 40)"),
    "changes-its-words": _BAR
    + _on_scroll("bar.textContent = scrollY > 300 && scrollY < 500 ? 'Buy it now' : 'Menu'"),
    "fixed-later": """<style>#nav { position: absolute; top: 60px; height: 50px; width: 100%;
background: #fff } #nav.pinned { position: fixed; top: 0 }</style><div id=nav>Menu</div>"""
    + _on_scroll("nav.classList.toggle('pinned', scrollY > 60)"),
    "footer-bar": """<style>#offer { position: fixed; bottom: 0; left: 0; right: 0; height: 44px;
background: #222; color: #fff }</style><div id=offer>Ten per cent off today</div>""",
    "table-head": """<style>table { width: 100%; border-spacing: 0; background: #eee }
th { position: sticky; top: 0; background: #fff; height: 40px } td { height: 30px }</style>
<!-- rows --><script>const table = document.createElement('table');
table.innerHTML = '<thead><tr><th>Name<th>Price</thead>'
  + [...Array(20).keys()].map((n) => `<tr><td>Thing ${n}<td>${n * 3}`).join('');
document.querySelectorAll('p')[4].after(table)</script>""",
    "fixed-in-a-frame": """<iframe src=/inner style="position:absolute;left:200px;top:100px;
width:300px;height:200px;border:0"></iframe>""",
    "two-bars": _BAR
    + """<style>#low { position: fixed; bottom: 0; left: 0; width: 100%; height: 40px;
background: #fd0; transition: transform .3s; transform: translateY(100%) }
#low.on { transform: none }</style><div id=low>Call us</div>"""
    + _on_scroll("low.classList.toggle('on', scrollY > 150)")
    + _on_scroll("bar.style.height = scrollY > 80 ? '36px' : ''"),
}
# Fixed parts that no sampling may miss: either every frame is right or the page is not taken apart.
TRICKY = {
    "flips-at-once": _BAR.replace("transition: all .25s", "")
    + _on_scroll("bar.style.background = scrollY > 300 && scrollY < 360 ? '#d00' : ''"),
    "names-the-section": """<style>nav { position: fixed; top: 0; right: 0; background: #fff }
nav b { display: block; padding: 2px 20px } nav b.on { background: #d00 }</style><nav></nav>
<script>const nav = document.querySelector('nav');
for (let n = 0; n < 7; n++) nav.append(Object.assign(document.createElement('b'),
  {textContent: n}))</script>"""
    + _on_scroll(
        "[...nav.children].forEach((b, n) => "
        "b.classList.toggle('on', Math.floor(scrollY / 130) === n))"
    ),
    "progress-bar": """<style>#done { position: fixed; top: 0; left: 0; height: 6px;
background: #d00 }</style><div id=done></div>"""
    + _on_scroll("done.style.width = scrollY / 840 * 100 + '%'"),
    "frosted-on-scroll": _BAR
    + "<style>#bar.on { background: rgb(255 255 255 / .5); backdrop-filter: blur(8px) }</style>"
    + _on_scroll("bar.classList.toggle('on', scrollY > 100)"),
    "curtain": """<style>#behind { position: fixed; inset: 0; z-index: -1; background: #fff }
p:nth-child(5n) { background: none !important }</style><div id=behind>Behind the page</div>""",
    "under-a-box": _BAR
    + "<style>.box { z-index: 99; top: 300px; background: #070 }</style><div class=box></div>",
    "under-one-another": _BAR
    + """<style>#over { position: fixed; top: 20px; left: 40px; width: 90px; height: 60px;
background: #d00; z-index: 1 }</style><div id=over></div>""",
    "marks-a-row": """<style>p.on { outline: 4px solid #fff; outline-offset: -4px }</style>
<!-- rows -->"""
    + _on_scroll(
        "document.querySelectorAll('p').forEach((p, n) => "
        "p.classList.toggle('on', n === Math.round(scrollY / 40) + 4))"
    ),
}
# A fixed part that shows the page through a filter cannot be a picture of its own.
FILTERING = {
    "frosted": _BAR
    + "<style>#bar { background: rgb(255 255 255 / .5); backdrop-filter: blur(8px) }</style>",
    "inverting": _BAR + "<style>#bar { mix-blend-mode: difference }</style>",
}
