// Cookie banners: how far autoconsent has come with them, and hiding what it could not close. Evaluated as `(…)`.
(() => {
  const words = /cookie|consent|gdpr|privacy (choices|settings)|datenschutz|privacidad|confidentialit|privacybeleid|samtykke|samtycke|zgod|evästeet/i;
  const choice = /^\W*(accept|agree|allow|reject|decline|deny|refuse|only necessary|necessary only|essential|got it|ok(ay)?\b|understood|manage|settings|preferences|customi[sz]e|i understand|akzeptier|alle akz|zustimm|ablehn|einverstanden|verstanden|nur notwendig|annehmen|accepter|tout accepter|refuser|continuer sans|aceptar|rechazar|acepto|accett|rifiut|aceitar|recusar|godk|acceptera|avvisa|accepteren|weigeren|akkoord|zaakceptuj|odrzu|hyväksy)/i;
  const named = /cookie-?_?(banner|bar|box|consent|disclaimer|info|law|layer|message|modal|notice|notification|overlay|popup|policy)|consent-?_?(banner|bar|box|dialog|layer|manager|modal|overlay|popup|root)|gdpr|onetrust|didomi|usercentrics|truste|cookiebot|sp_message|qc-cmp|cmpbox|cmpwrapper/i;
  const name = (e) => [e.id, typeof e.className === 'string' ? e.className : '', e.getAttribute('aria-label') || '', e.tagName === 'IFRAME' ? e.title + e.src : ''].join(' ');
  const shown = (e) => { const s = getComputedStyle(e); return s.display !== 'none' && s.visibility !== 'hidden' && +s.opacity > 0.05; };
  const floats = (e) => ['fixed', 'sticky'].includes(getComputedStyle(e).position) || e.tagName === 'DIALOG';
  // What lies over the page, seen through a grid of points: cheap on a page of any size. Outermost elements only.
  const overlays = () => {
    const found = new Set();
    for (let i = 0; i < 6; i++) for (let j = 0; j < 9; j++)
      for (const hit of document.elementsFromPoint(innerWidth * (i + 0.5) / 6, (innerHeight - 2) * j / 8 + 1)) {
        let outer = hit.shadowRoot && named.test(name(hit)) ? hit : null;
        for (let e = hit; e && e !== document.body && e !== document.documentElement; e = e.parentElement) if (floats(e)) outer = e;
        if (outer) found.add(outer);
      }
    return [...found].filter(shown);
  };
  const isBanner = (e) => {
    if (e.matches('header, nav, main') || e.querySelector('nav, main')) return false;
    const inner = [e, ...e.querySelectorAll('[id], iframe')].slice(0, 40);
    if (inner.some((x) => named.test(name(x)))) return true;
    const text = e.innerText || '';
    if (text.length > 3000 || !words.test(text)) return false;
    return [...e.querySelectorAll('button, a, [role=button], input[type=submit], input[type=button]')].some((b) => choice.test(b.innerText || b.value || ''));
  };
  const isBackdrop = (e) => {
    const b = e.getBoundingClientRect();
    return b.width >= innerWidth * 0.95 && b.height >= innerHeight * 0.95 && !(e.innerText || '').trim() && !e.querySelector('img, video, canvas, iframe')
      && (getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)' || getComputedStyle(e).backdropFilter !== 'none');
  };
  return {
    // looking: a banner is there, autoconsent has not found it yet; found: it waits for it to open; answering; over.
    state() {
      const it = (window.autoconsentStandalone || {}).instance, at = it ? it.state : { lifecycle: 'nothingDetected' };
      const cmp = it && it.foundCmp ? it.foundCmp.name : null;
      if (['openPopupDetected', 'runningOptOut'].includes(at.lifecycle)) return { stage: 'answering', cmp };
      if (at.lifecycle === 'cmpDetected') return { stage: 'found', cmp };
      if (['done', 'optOutSucceeded'].includes(at.lifecycle)) return { stage: 'answered', cmp };
      if (at.lifecycle === 'optOutFailed' || at.lifecycle === 'nothingDetected' || at.findCmpAttempts > 2) return { stage: 'over', cmp };
      return { stage: overlays().some(isBanner) ? 'looking' : 'over', cmp };
    },
    // Takes away the banners that are left and lets the page scroll again; how many there were.
    hide() {
      const all = overlays(), banners = all.filter(isBanner);
      if (!banners.length) return 0;
      for (const e of [...banners, ...all.filter(isBackdrop)]) e.style.setProperty('display', 'none', 'important');
      for (const e of [document.documentElement, document.body]) {
        const s = getComputedStyle(e);
        if (['hidden', 'clip'].includes(s.overflowY)) e.style.setProperty('overflow', 'visible', 'important');
        if (s.position === 'fixed') e.style.setProperty('position', 'static', 'important');
      }
      return banners.length;
    },
  };
})()
