// What a page needs before it may be filmed, and what can be measured of it. Evaluated as `(…)` and called by name.
({
  // Makes later scrolling exact and everything that waits for nearness load.
  begin() {
    const style = document.createElement('style');
    style.textContent = 'html{scroll-behavior:auto!important;overflow-anchor:none!important}';
    style.dataset.loom = 'still';
    if (!document.querySelector('style[data-loom=still]')) document.documentElement.append(style);
    for (const late of document.querySelectorAll('img[loading=lazy], iframe[loading=lazy]')) late.loading = 'eager';
    return innerHeight;
  },
  // One frame, in which scrolling is told, the page laid out and observers asked, and two turns for them to be told.
  drawn() {
    return new Promise((done) => {
      requestAnimationFrame(() => setTimeout(() => setTimeout(done)));
      setTimeout(done, 250);
    });
  },
  // Scrolls there and lets the page notice; the page's height afterwards.
  async visit(y) {
    scrollTo({ top: y, behavior: 'instant' });
    await this.drawn();
    for (const late of document.querySelectorAll('img[loading=lazy], iframe[loading=lazy]')) late.loading = 'eager';
    return (document.scrollingElement || document.documentElement).scrollHeight;
  },
  // Offsets of what still waits for its address: pages with throttled scroll handlers miss a quick pass.
  asleep(limit) {
    const waits = (e) => e.tagName === 'IMG' ? !e.currentSrc || e.currentSrc.startsWith('data:')
      : e.tagName === 'IFRAME' ? !e.src || e.src === 'about:blank' : getComputedStyle(e).backgroundImage === 'none';
    const found = [];
    for (const e of document.querySelectorAll('img[data-src], img[data-srcset], img[data-lazy-src], img[data-original], iframe[data-src], [data-bg], [data-background-image]')) {
      const b = e.getBoundingClientRect(), top = b.top + scrollY;
      if (b.width && b.right > 0 && b.left < innerWidth && top < limit && waits(e)) found.push(Math.max(0, Math.round(top - innerHeight / 2)));
    }
    return found.sort((a, b) => a - b).filter((y, i, all) => !i || y - all[i - 1] > 8).slice(0, 60);
  },
  // Back at the top, and told so; widgets that lay themselves out on these events do it now.
  async top() {
    scrollTo({ top: 0, behavior: 'instant' });
    dispatchEvent(new Event('scroll'));
    dispatchEvent(new Event('resize'));
    await this.drawn();
  },
  // Resolves when fonts are there and every image that will be seen is decoded, or after `limit_ms`.
  async decoded(limit_px, limit_ms) {
    const late = new Promise((done) => setTimeout(() => done(false), limit_ms));
    const images = [...document.images].filter((image) => (image.src || image.srcset) && image.getBoundingClientRect().top + scrollY < limit_px);
    const all = Promise.all([document.fonts.ready, ...images.map((image) => image.decode().catch(() => 0))]);
    return Promise.race([all.then(() => true), late]);
  },
  // Numbers that stand still once the layout does, and how many pictures, fonts and short transitions are under way.
  layout() {
    const root = document.scrollingElement || document.documentElement;
    const soon = document.getAnimations().filter((a) => {
      const t = a.playState === 'running' && a.effect && a.timeline === document.timeline ? a.effect.getComputedTiming() : null;
      return t && t.endTime - (t.localTime || 0) < 1500;
    }).length;
    const late = [...document.images].filter((image) => !image.complete).length;
    return { still: [root.scrollHeight, root.scrollWidth, document.getElementsByTagName('*').length],
      pending: soon + late + (document.fonts.status === 'loaded' ? 0 : 1), height: root.scrollHeight };
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
  // What tells a page from a blank one, a login wall or a challenge. Text as it is shown, 2,000 characters of it.
  content() {
    const text = this.words(2000), area = (element) => { const b = element.getBoundingClientRect(); return b.width * b.height; };
    const media = [...document.querySelectorAll('img, svg, canvas, video, iframe, frame, object, embed, [style*="background"]')].map(area).filter((px) => px > 2500);
    const password = [...document.querySelectorAll('input[type=password]')].some((element) => area(element) > 0);
    const challenge = !!document.querySelector('iframe[src*="captcha-delivery.com"], iframe[src*="_Incapsula_Resource"], #px-captcha, #challenge-form, #challenge-running');
    const host = (element) => { try { return new URL(element.src, location).hostname; } catch { return ''; } };
    const hosts = [...new Set([...document.querySelectorAll('script[src], iframe[src], frame[src]')].map(host))].filter(Boolean).slice(0, 100);
    return { title: document.title, text, length: text.length, media: media.length, big_media: Math.max(0, ...media) > innerWidth * innerHeight / 10,
      password, challenge, hosts };
  },
  words(limit) {
    const roots = document.body ? [document.body] : [], range = document.createRange();
    let text = '';
    const shown = (node) => {
      const e = node.parentElement || node.getRootNode().host, style = getComputedStyle(e);
      range.selectNode(node);
      return style.visibility === 'visible' && range.getClientRects().length > 0 && (style.display === 'contents' || e.checkVisibility({ checkOpacity: true }));
    };
    while (roots.length && text.length < limit) {
      const walker = document.createTreeWalker(roots.shift(), NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node && text.length < limit; node = walker.nextNode()) {
        if (node.nodeType === 1) { if (node.shadowRoot) roots.push(node.shadowRoot); }
        else if (node.data.trim() && shown(node)) text += (text ? ' ' : '') + node.data.trim().replace(/\s+/g, ' ');
      }
    }
    return text.slice(0, limit);
  },
})
