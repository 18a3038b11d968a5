// How loud a microphone is, many times a second; keeps nothing of what it hears.

const FLOOR_DB = -60; // a quiet room
const SILENT_LEVEL = 0.05;
const SILENT_MS = 3_000;

// Calls onLevel(level 0…1, isSilent) until stop() is called. isSilent: nothing heard for 3 s.
export function meterLevel(stream, onLevel) {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let heardAt = performance.now();
  let frame = requestAnimationFrame(measure);

  function measure(now) {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const level = Math.min(1, Math.max(0, 1 - (10 * Math.log10(power + 1e-12)) / FLOOR_DB));
    if (level > SILENT_LEVEL) heardAt = now;
    onLevel(level, now - heardAt > SILENT_MS);
    frame = requestAnimationFrame(measure);
  }

  return function stop() {
    cancelAnimationFrame(frame);
    audio.close();
  };
}
