// What a page needs before it may be filmed, and what can be measured of it. Evaluated as `(…)` and called by name.
({
  // One pass down and up wakes lazy images and widgets. Resolves to the height found; stops at `limit` pixels.
  async wake(limit, step_ms, budget_ms) {
    const root = document.scrollingElement || document.documentElement;
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    const style = document.createElement('style');
    style.textContent = 'html{scroll-behavior:auto!important;overflow-anchor:none!important}';
    style.dataset.loom = 'still';
    document.head.append(style);
    const end = Date.now() + budget_ms;
    for (const image of document.querySelectorAll('img[loading=lazy], iframe[loading=lazy]')) image.loading = 'eager';
    let y = 0, grown = 0, height = root.scrollHeight;
    while (y < Math.min(root.scrollHeight, limit) - innerHeight && Date.now() < end) {
      y += Math.round(innerHeight * 0.8);
      scrollTo({ top: y, behavior: 'instant' });
      await pause(step_ms);
      if (root.scrollHeight > height + 8) { grown++; height = root.scrollHeight; }
    }
    scrollTo({ top: 0, behavior: 'instant' });
    dispatchEvent(new Event('resize'));
    await pause(step_ms);
    return { height: root.scrollHeight, grown };
  },
  // Resolves when fonts are there and every image that will be seen is decoded, or after `limit_ms`.
  async decoded(limit_ms) {
    const late = new Promise((done) => setTimeout(() => done(false), limit_ms));
    const images = [...document.images].filter((image) => image.src || image.srcset);
    const all = Promise.all([document.fonts.ready, ...images.map((image) => image.decode().catch(() => 0))]);
    return Promise.race([all.then(() => true), late]);
  },
  // Numbers that stand still once the layout does.
  layout() {
    const root = document.scrollingElement || document.documentElement;
    const pending = [...document.images].filter((image) => !image.complete).length;
    return [root.scrollHeight, root.scrollWidth, document.getElementsByTagName('*').length, pending,
      document.fonts.status === 'loaded' ? 0 : 1];
  },
  geometry(limit) {
    const root = document.scrollingElement || document.documentElement;
    const seen = (element) => {
      const box = element.getBoundingClientRect(), style = getComputedStyle(element);
      if (box.width < 8 || box.height < 8 || style.visibility !== 'visible' || +style.opacity < 0.1) return null;
      return { top_px: box.top + scrollY, height_px: box.height };
    };
    const fixed = (element) => { for (let e = element; e; e = e.parentElement) if (['fixed', 'sticky'].includes(getComputedStyle(e).position)) return true; return false; };
    const headings = [];
    for (const element of document.querySelectorAll('h1, h2, h3')) {
      const box = seen(element), text = element.innerText.trim().replace(/\s+/g, ' ').slice(0, 200);
      if (box && text && box.top_px + box.height_px <= limit && !fixed(element)) headings.push({ text, level: +element.tagName[1], ...box });
    }
    const sections = [...document.querySelectorAll('section, article, main > *, footer')].map(seen).filter((box) => box && box.height_px > 120);
    const scrolls = getComputedStyle(document.documentElement).overflowY !== 'hidden' && (!document.body || getComputedStyle(document.body).overflowY !== 'hidden');
    return { width_px: innerWidth, viewport_height_px: innerHeight, height_px: scrolls ? Math.min(root.scrollHeight, limit) : innerHeight,
      page_height_px: root.scrollHeight, headings: headings.slice(0, 200), sections: sections.slice(0, 200) };
  },
  // The document offset of the first element that `selector` finds, or null.
  place(selector) {
    try { const element = document.querySelector(selector); return element ? element.getBoundingClientRect().top + scrollY : null; } catch { return null; }
  },
  // What tells a page from a blank one, a login wall or a challenge.
  content() {
    const text = document.body ? document.body.innerText.trim() : '';
    const box = (element) => { const b = element.getBoundingClientRect(); return b.width * b.height; };
    const media = [...document.querySelectorAll('img, svg, canvas, video, iframe, [style*="background"]')].filter((element) => box(element) > 2500).length;
    const password = [...document.querySelectorAll('input[type=password]')].some((element) => box(element) > 0);
    return { title: document.title, text: text.slice(0, 2000), length: text.length, media, password, type: document.contentType };
  },
})
