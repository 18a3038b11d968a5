// What on the page moves by itself, in words for the report, or null. Evaluated once, before filming.
(() => {
  const running = document.getAnimations().filter((a) => a.playState === 'running');
  if (running.some((a) => { const t = a.effect && a.effect.getComputedTiming(); return t && t.endTime === Infinity; }))
    return 'an animation that does not end';
  if (document.getAnimations().some((a) => a.timeline && a.timeline !== document.timeline))
    return 'an animation tied to scrolling';
  const elements = [...document.querySelectorAll('*')].slice(0, 5000);
  if (elements.some((e) => getComputedStyle(e).backgroundAttachment.includes('fixed')))
    return 'a background that does not scroll';
  const big = (e) => { const b = e.getBoundingClientRect(); return b.width * b.height > 10000; };
  const plays = (v) => big(v) && (v.autoplay || v.currentTime > 0) && v.readyState > 1;
  if ([...document.querySelectorAll('video')].some(plays)) return 'a playing video';
  return null;
})()
