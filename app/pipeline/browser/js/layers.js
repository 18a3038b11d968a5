// Fixed and sticky parts as layers of their own. Evaluated once and kept as `window.__loomLayers`.
(() => {
  const found = new Set();
  const pinned = (element) => { const p = getComputedStyle(element).position; return p === 'fixed' || p === 'sticky' || p === '-webkit-sticky'; };
  const all = function* (root) {
    for (const element of root.querySelectorAll('*')) { yield element; if (element.shadowRoot) yield* all(element.shadowRoot); }
  };
  let shadowed = false;   // our style sheet does not reach into a shadow root
  const style = document.createElement('style');
  style.dataset.loom = 'layers';
  const modes = {
    page: '[data-loom-layer], [data-loom-layer] * { visibility: hidden !important }',
    layers: ':where([data-loom-layer]) { visibility: visible } html, body { background: transparent !important } *:not([data-loom-layer], [data-loom-layer] *) { visibility: hidden !important } '
      + '*:not([data-loom-layer], [data-loom-layer] *)::before, *:not([data-loom-layer], [data-loom-layer] *)::after { visibility: hidden !important }',
    whole: '',
  };
  const spills = new WeakMap();
  const rect = (element) => {
    const b = element.getBoundingClientRect(), more = spills.get(element) || 0;
    return [Math.floor(b.left - more), Math.floor(b.top - more), Math.ceil(b.right + more), Math.ceil(b.bottom + more)];
  };
  const spill = (element) => {    // how far a shadow or an outline reaches beyond the box
    let most = 0;
    for (const e of [element, ...[...element.children].slice(0, 20)]) {
      const s = getComputedStyle(e);
      for (const part of (s.boxShadow === 'none' ? '' : s.boxShadow).split(/,(?![^(]*\))/)) {
        if (part.includes('inset')) continue;
        const n = (part.match(/-?[\d.]+px/g) || []).map(parseFloat);
        if (n.length >= 2) most = Math.max(most, Math.max(Math.abs(n[0]), Math.abs(n[1])) + (n[2] || 0) + (n[3] || 0));
      }
    }
    return Math.min(80, Math.ceil(most));
  };
  const outermost = () => [...found].filter((e) => e.isConnected && ![...found].some((o) => o !== e && o.contains(e)));
  const visual = (element) => {   // everything that changes how a layer looks, but not where it is
    const parts = [];
    const add = (e) => {
      const s = getComputedStyle(e), b = e.getBoundingClientRect();
      parts.push(s.display, s.visibility, s.opacity, s.backgroundColor, s.color, s.boxShadow, s.borderBottomColor, s.transform, s.filter,
        Math.round(b.width * 4), Math.round(b.height * 4));
      return b;
    };
    const origin = add(element);
    parts.push(getComputedStyle(element).position, element.textContent);
    let count = 0;
    for (const e of element.querySelectorAll('*')) {
      if (++count > 150) break;
      const b = add(e);
      parts.push(Math.round((b.left - origin.left) * 4), Math.round((b.top - origin.top) * 4));
    }
    return parts.join('|');
  };
  const hash = (text) => { let h = 5381; for (let i = 0; i < text.length; i++) h = (h * 33 ^ text.charCodeAt(i)) | 0; return h; };
  let layers = [], reference = null, home = 0;
  const place = (e) => e.getBoundingClientRect().top + scrollY;
  const collect = () => {
    for (const element of all(document)) if (pinned(element)) { if (element.getRootNode() === document) found.add(element); else shadowed = true; }
  };
  // Headers often become pinned only after some scrolling: look whenever the page is woken further down,
  // once its own listeners and observers have had their say.
  const look = () => requestAnimationFrame(() => setTimeout(collect));
  addEventListener('scroll', look, { passive: true });
  const covered = (e) => {
    const b = e.getBoundingClientRect(), s = getComputedStyle(e);
    if (s.pointerEvents === 'none' || s.visibility !== 'visible' || +s.opacity < 0.05) return false;
    return [0.25, 0.5, 0.75].some((share) => {
      const top = document.elementFromPoint(b.left + b.width * share, b.top + b.height / 2);
      return top && !top.closest('[data-loom-layer]') && !top.contains(e);
    });
  };
  window.__loomLayers = {
    settle() {
      removeEventListener('scroll', look);
      collect();
      layers = outermost().filter((e) => e.tagName !== 'BODY' && e.tagName !== 'HTML');
      layers.forEach((e, i) => { e.dataset.loomLayer = String(i); });
      document.documentElement.append(style);
      const content = [...document.querySelectorAll('h1, h2, h3, p, section')].filter((e) => !e.closest('[data-loom-layer]') && e.getClientRects().length);
      reference = content[content.length >> 1] || null;
      home = reference ? place(reference) : 0;
      const unable = layers.some((e) => [e, ...e.querySelectorAll('*')].slice(0, 200).some((x) => {
        const s = getComputedStyle(x); return (s.backdropFilter && s.backdropFilter !== 'none') || s.mixBlendMode !== 'normal'; }));
      return { count: layers.length, blends: unable, shadowed };
    },
    show(mode) { style.textContent = modes[mode]; },
    // How each layer looks (a hash), where it is, and whether it is changing right now.
    // `reveals`: something in the content moves. `covered`: content passes over a layer. `shift`: how far the content
    // itself moved, as it does when a header that is part of the flow shrinks.
    state() {
      const root = document.scrollingElement || document.documentElement;
      const inContent = (a) => { const t = a.effect && a.effect.target; return a.playState === 'running' && t && !t.closest('[data-loom-layer]'); };
      return { reveals: document.getAnimations().some(inContent), covered: layers.some(covered), shift: reference ? Math.round(home - place(reference)) : 0, last: root.scrollHeight - innerHeight, layers: layers.map((e) => {
        const shown = e.isConnected && e.getClientRects().length > 0;
        if (!shown) return { look: 0, box: [0, 0, 0, 0], busy: false, position: 'none' };
        spills.set(e, spill(e));
        const busy = e.getAnimations({ subtree: true }).some((a) => a.playState === 'running');
        return { look: hash(visual(e)), box: rect(e), busy, position: getComputedStyle(e).position };
      }) };
    },
    // Where each layer would be at every offset, if nothing changed but the offset: [offset][layer] = [x, y].
    track(offsets) {
      const back = scrollY, answer = [];
      for (const y of offsets) {
        scrollTo({ top: y, behavior: 'instant' });
        answer.push(layers.map((e) => { const r = rect(e); return [r[0], r[1]]; }));
      }
      scrollTo({ top: back, behavior: 'instant' });
      return answer;
    },
    release() { style.remove(); for (const e of layers) { delete e.dataset.loomLayer; } layers = []; },
  };
})()
