// The page's clock: dormant while the page loads, then moved by frames alone.
//
// Dormant, every function is the browser's own, with its timers listed. Armed, Date, performance.now, timers and
// animation frames follow the time of the frame being drawn, and the scroll offset follows a track. CSS animations
// follow the compositor, which we drive; where it cannot be driven, `seek` moves them.
(() => {
  if (window.__loom) return;
  const native = {
    setTimeout: window.setTimeout.bind(window), clearTimeout: window.clearTimeout.bind(window),
    setInterval: window.setInterval.bind(window), clearInterval: window.clearInterval.bind(window),
    raf: window.requestAnimationFrame.bind(window), caf: window.cancelAnimationFrame.bind(window),
    idle: window.requestIdleCallback ? window.requestIdleCallback.bind(window) : null,
    now: performance.now.bind(performance), Date: window.Date,
  };
  const timers = new Map();   // id -> {call, due, every, id: native id}
  let frames = new Map();     // id -> callback, for the next armed frame
  let last = 1, armed = false, now = 0, dateAtArm = 0, nowAtArm = 0, base = null, track = null, interval = 1000 / 60;

  const callable = (f, args) => typeof f === 'function' ? () => f.apply(window, args) : () => (0, eval)(String(f));
  const add = (f, delay, args, every) => {
    const id = ++last + 1e6, wait = Math.max(0, +delay || 0);
    const timer = { call: callable(f, args), every: every ? Math.max(4, wait) : 0, due: 0, native: 0 };
    timers.set(id, timer);
    if (armed) timer.due = now + wait;
    else if (every) { timer.due = native.now() + wait; timer.native = native.setInterval(() => { timer.due = native.now() + timer.every; timer.call(); }, wait); }
    else { timer.due = native.now() + wait; timer.native = native.setTimeout(() => { timers.delete(id); timer.call(); }, wait); }
    return id;
  };
  const drop = (id) => {
    const timer = timers.get(id);
    if (!timer) { native.clearTimeout(id); return; }
    timers.delete(id);
    if (timer.native) (timer.every ? native.clearInterval : native.clearTimeout)(timer.native);
  };
  window.setTimeout = function setTimeout(f, delay, ...args) { return add(f, delay, args, false); };
  window.setInterval = function setInterval(f, delay, ...args) { return add(f, delay, args, true); };
  window.clearTimeout = function clearTimeout(id) { drop(id); };
  window.clearInterval = function clearInterval(id) { drop(id); };
  window.requestAnimationFrame = function requestAnimationFrame(f) {
    if (!armed) return native.raf(f);
    frames.set(++last + 1e6, f);
    return last + 1e6;
  };
  window.cancelAnimationFrame = function cancelAnimationFrame(id) { if (!frames.delete(id)) native.caf(id); };
  performance.now = function now_() { return armed ? now : native.now(); };
  const wall = () => armed ? Math.round(dateAtArm + now - nowAtArm) : native.Date.now();
  window.Date = new Proxy(native.Date, {
    construct: (target, args, self) => Reflect.construct(target, args.length ? args : [wall()], self === window.Date ? target : self),
    apply: () => new native.Date(wall()).toString(),
    get: (target, key) => key === 'now' ? wall : Reflect.get(target, key),
  });

  const safely = (f, ...args) => { try { f(...args); } catch (error) { native.setTimeout(() => { throw error; }); } };
  const tick = (ts) => {
    now = ts;
    if (base === null) base = ts;
    if (track) {
      const y = track[Math.min(track.length - 1, Math.max(0, Math.round((ts - base) / interval)))];
      if (Math.round(window.scrollY) !== y) window.scrollTo({ top: y, left: 0, behavior: 'instant' });
    }
    for (let guard = 0; guard < 1000; guard++) {          // due timers in the order of their times
      let first = null;
      for (const [id, timer] of timers) if (timer.due <= ts && (!first || timer.due < first[1].due)) first = [id, timer];
      if (!first) break;
      const [id, timer] = first;
      // A timer that was missed many times over (a jump of the clock) fires once, like after a suspend.
      if (timer.every) timer.due = Math.max(timer.due + timer.every, ts - timer.every + 0.001); else timers.delete(id);
      safely(timer.call);
    }
    const due = frames;
    frames = new Map();
    for (const f of due.values()) safely(f, ts);
  };
  const loop = (ts) => { if (!armed) return; native.raf(loop); tick(ts); };
  const children = (f) => { for (let i = 0; i < window.frames.length; i++) try { f(window.frames[i].__loom); } catch { /* another origin */ } };

  window.__loom = {
    // Stops real time. `driven`: frames come from the compositor; otherwise `tick` is called for each.
    arm(driven) {
      if (armed) return;
      nowAtArm = now = native.now();
      dateAtArm = native.Date.now();
      for (const timer of timers.values()) if (timer.native) { (timer.every ? native.clearInterval : native.clearTimeout)(timer.native); timer.native = 0; }
      armed = true;
      for (const media of document.querySelectorAll('video, audio')) safely(() => media.pause());
      if (driven) native.raf(loop);
      children((child) => child && child.arm(driven));
    },
    // The next frame is frame 0 of `offsets` (document pixels, one per frame).
    follow(offsets, fps) { track = offsets; interval = 1000 / fps; base = null; },
    hold() { track = null; },
    // For browsers whose compositor cannot be driven: moves everything to `ms` after arming.
    tick(ms) {
      const ts = nowAtArm + ms;
      for (const animation of document.getAnimations()) {
        if (animation.__loomStart === undefined) { animation.__loomStart = ts - (animation.currentTime || 0); safely(() => animation.pause()); }
        const rate = animation.playbackRate || 1, timing = animation.effect && animation.effect.getComputedTiming();
        const at = (ts - animation.__loomStart) * rate;
        if (timing && timing.endTime !== Infinity && at >= timing.endTime) safely(() => animation.finish());
        else safely(() => { animation.currentTime = at; });
      }
      tick(ts);
      children((child) => child && child.tick(ms));
    },
  };
})();
