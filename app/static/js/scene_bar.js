// Redraws the bar of scenes while a duration is typed; says what app/campaigns/scene_timeline.py
// says, in the same arithmetic: whole microseconds, and the rules of app/fit.py.

const TOLERANCE_US = 50_000;
const LEAST_US = 1_000_000;
const MOST_US = 300_000_000;
const SVG = "http://www.w3.org/2000/svg";

const micros = (durationS) => Math.floor(durationS * 1e6 + 0.5);

export function seconds(lengthUs) {
  const hundredths = Math.floor((lengthUs + 5_000) / 10_000);
  const fraction = String(hundredths % 100).padStart(2, "0").replace(/0+$/, "");
  return `${Math.floor(hundredths / 100)}${fraction && "."}${fraction} s`;
}

// Largest remainders, the earlier scene first: `_share` of app/fit.py. Integers below 2^53.
function share(lengths, totalFrames) {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const frames = lengths.map((length) => Math.floor((totalFrames * length) / sum));
  const rest = lengths.map((length, i) => totalFrames * length - frames[i] * sum);
  const order = lengths.map((_, i) => i).sort((a, b) => rest[b] - rest[a] || a - b);
  const left = totalFrames - frames.reduce((a, b) => a + b, 0);
  for (const i of order.slice(0, left)) frames[i] += 1;
  while (frames.includes(0)) {
    frames[frames.indexOf(Math.max(...frames))] -= 1;
    frames[frames.indexOf(0)] += 1;
  }
  return frames;
}

function fitLast(lengths, totalFrames, fps) {
  const first = lengths.slice(0, -1).map((us) => Math.max(1, Math.floor((us * fps) / 1e6 + 0.5)));
  const last = totalFrames - first.reduce((a, b) => a + b, 0);
  return last < fps ? null : [...first, last];
}

// The frames of each scene in the video, or null, and the sentence.
function fitted(lengths, facecamUs, rule, fps) {
  if (!lengths.length) return [null, "There is no scene yet."];
  const totalUs = lengths.reduce((a, b) => a + b, 0);
  if (facecamUs === null) {
    return [null, `Scenes last ${seconds(totalUs)}. Choose a facecam to compare.`];
  }
  const sums = `Scenes last ${seconds(totalUs)}, your facecam ${seconds(facecamUs)}.`;
  const totalFrames = Math.floor((facecamUs * fps) / 1e6 + 0.5);
  if (facecamUs > MOST_US + TOLERANCE_US) {
    return [null, `${sums} A video lasts at most ${seconds(MOST_US)}: trim the facecam.`];
  }
  if (totalFrames < lengths.length) {
    return [null, `${sums} That is too short for so many scenes: record a longer one.`];
  }
  if (Math.abs(totalUs - facecamUs) <= TOLERANCE_US) {
    const both = `Scenes and facecam both last ${seconds(facecamUs)}.`;
    return [share(lengths, totalFrames), both];
  }
  const verb = facecamUs < totalUs ? "shortened" : "lengthened";
  if (rule === "strict") return [null, `${sums} They must be equal: change the durations.`];
  if (rule === "last") {
    const frames = fitLast(lengths, totalFrames, fps);
    if (!frames) {
      return [null, `${sums} Too little is left for the last scene: shorten the others.`];
    }
    const lastUs = Math.floor((frames.at(-1) * 1e6) / fps + 0.5);
    return [frames, `${sums} The last scene will be ${verb} to ${seconds(lastUs)} to fit.`];
  }
  const who = lengths.length > 1 ? "The scenes" : "The scene";
  return [share(lengths, totalFrames), `${sums} ${who} will be ${verb} to fit.`];
}

// scenes: [id, seconds] in their order; facecamS: null where none is chosen.
export function sceneTimeline(scenes, facecamS, rule, fps) {
  const lengths = scenes.map(([, durationS]) => micros(durationS));
  const facecamUs = facecamS === null ? null : micros(facecamS);
  const totalUs = lengths.reduce((a, b) => a + b, 0);
  const wholeUs = Math.max(totalUs, facecamUs ?? 0, 1);
  const [frames, said] = fitted(lengths, facecamUs, rule, fps);
  let startUs = 0;
  const parts = scenes.map(([id], i) => {
    const asked = seconds(lengths[i]);
    const given = frames && seconds(micros(frames[i] / fps));
    const inVideo = given && given !== asked ? `, ${given} in the video` : "";
    const part = {
      id,
      said: `${id}: ${asked}${inVideo}`,
      x: (100 * startUs) / wholeUs,
      width: (100 * lengths[i]) / wholeUs,
    };
    startUs += lengths[i];
    return part;
  });
  const facecamWidth = (100 * (facecamUs ?? 0)) / wholeUs;
  const close = facecamUs !== null && Math.abs(totalUs - facecamUs) <= TOLERANCE_US;
  const longEnough = facecamUs !== null && facecamUs + TOLERANCE_US >= scenes.length * LEAST_US;
  const problem = scenes.length > 0 && facecamUs !== null && frames === null;
  return {
    parts,
    facecamWidth,
    overWidth: facecamUs === null ? 0 : Math.max(0, (100 * totalUs) / wholeUs - facecamWidth),
    state: close && frames ? "fits" : problem ? "problem" : "differs",
    canFit:
      scenes.length > 0 && !close && longEnough && facecamUs <= MOST_US + TOLERANCE_US,
    said,
  };
}

function partElement(part) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "scene-bar-part");
  svg.setAttribute("x", `${part.x}%`);
  svg.setAttribute("y", "0");
  svg.setAttribute("width", `${part.width}%`);
  svg.setAttribute("height", "32");
  const [title, rect, text] = ["title", "rect", "text"].map((name) =>
    svg.appendChild(document.createElementNS(SVG, name)),
  );
  title.textContent = part.said;
  rect.setAttribute("width", "100%");
  rect.setAttribute("height", "100%");
  text.setAttribute("x", "8");
  text.setAttribute("y", "21");
  text.textContent = part.id;
  return svg;
}

function draw(bar, timeline) {
  const set = (selector, values) => {
    const element = bar.querySelector(selector);
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, `${value}%`);
  };
  bar.dataset.state = timeline.state;
  bar.querySelector(".scene-bar-parts").replaceChildren(...timeline.parts.map(partElement));
  set(".scene-bar-over", { x: timeline.facecamWidth, width: timeline.overWidth });
  set(".scene-bar-facecam", { width: timeline.facecamWidth });
  set(".scene-bar-end", { x1: timeline.facecamWidth, x2: timeline.facecamWidth });
  bar.querySelector("#scene-bar-said").textContent = timeline.said;
  bar.querySelector(".scene-bar-fit").hidden = !timeline.canFit;
}

// The scenes as typed, or null while one of them is no duration a scene can have.
function typed(form) {
  const inputs = [...form.querySelectorAll("[data-scene-duration]")];
  const scenes = inputs.map((input) => [input.dataset.sceneDuration, input.valueAsNumber]);
  return scenes.every(([, durationS]) => durationS >= 1 && durationS <= 300) ? scenes : null;
}

export function redraw() {
  const bar = document.getElementById("scene-bar");
  const form = bar && document.getElementById(bar.dataset.form);
  const scenes = form && typed(form);
  if (!scenes) return;
  const chosen = form.querySelector("select[data-scene-fit], [data-scene-fit]:checked");
  const { facecamS, rule, fps } = bar.dataset;
  const facecam = facecamS === "" ? null : Number(facecamS);
  draw(bar, sceneTimeline(scenes, facecam, chosen?.value ?? rule, Number(fps)));
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-scene-duration], [data-scene-fit]")) redraw();
});
// A scene was changed or moved.
document.addEventListener("htmx:after:swap", redraw);
document.addEventListener("sortable:moved", redraw);
