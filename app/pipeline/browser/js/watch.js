// Tells when elements come or go, in every frame, so that quiet can be seen from outside. Text alone is not told:
// a clock that counts would keep a page from ever being ready.
(() => {
  const GAP_MS = 50, elements = (nodes) => { for (const node of nodes) if (node.nodeType === 1) return true; return false; };
  let told = -GAP_MS;
  new MutationObserver((records) => {
    const now = performance.now();
    if (now - told < GAP_MS || !records.some((r) => elements(r.addedNodes) || elements(r.removedNodes))) return;
    told = now;
    if (window.__loomChanged) window.__loomChanged('');
  }).observe(document, { childList: true, subtree: true });
})();
