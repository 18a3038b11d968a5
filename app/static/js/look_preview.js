// Redraws the facecam's bubble over the page while the form changes; the geometry is that of
// app/campaigns/bubble_box.py to the pixel, which is the engine's.

const ROUNDED_SHARE = 0.12;
const SHADOW_BLUR_SHARE = 0.035;
const SHADOW_DROP_SHARE = 0.02;
const HEAD_ROOM = 0.35;
const LEAST_PX = 16;
const LIMITS = { width: [32, 3840], margin: [0, 1000], border: [0, 64] };
const SIZE = { least: 128, most: 3840 };

// Python's round(): a half goes to the even neighbour.
function roundEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}

function outerBox(style, clip, canvas) {
  const [roomWidth, roomHeight] = canvas.map((edge) => Math.max(LEAST_PX, edge - 2 * style.margin));
  const aspect = style.shape === "circle" ? 1 : clip[1] / clip[0];
  const wanted = Math.min(style.width, roomWidth, roomHeight / aspect);
  const [width, height] = [wanted, wanted * aspect].map((edge) =>
    Math.max(LEAST_PX, 2 * roundEven(edge / 2)),
  );
  const right = canvas[0] - width - style.margin;
  const bottom = canvas[1] - height - style.margin;
  const radius = { circle: width / 2, rounded: width * ROUNDED_SHARE, rectangle: 0 }[style.shape];
  return {
    x: 2 * Math.trunc((style.corner.includes("right") ? right : style.margin) / 2),
    y: 2 * Math.trunc((style.corner.includes("bottom") ? bottom : style.margin) / 2),
    width,
    height,
    rx: Math.min(radius, width / 2, height / 2),
  };
}

function covering(clip, outer) {
  const scale = Math.max(outer.width / clip[0], outer.height / clip[1]);
  const width = Math.max(outer.width, 2 * roundEven((clip[0] * scale) / 2));
  const height = Math.max(outer.height, 2 * roundEven((clip[1] * scale) / 2));
  const left = Math.floor((width - outer.width) / 4) * 2;
  const top = roundEven(((height - outer.height) * HEAD_ROOM) / 2) * 2;
  return { x: outer.x - left, y: outer.y - top, width, height, rx: 0 };
}

// style: shape, width, margin, corner, border, shadow; clip and canvas: [width, height] in px.
export function bubbleBox(style, clip, canvas) {
  const outer = outerBox(style, clip, canvas);
  const { border } = style;
  return {
    outer,
    face: {
      x: outer.x + border,
      y: outer.y + border,
      width: outer.width - 2 * border,
      height: outer.height - 2 * border,
      rx: Math.max(0, outer.rx - border),
    },
    picture: covering(clip, outer),
    shadow: { ...outer, y: outer.y + SHADOW_DROP_SHARE * outer.width },
    blur: style.shadow ? SHADOW_BLUR_SHARE * outer.width : 0,
  };
}

export function bubbleSaid(box, style, canvas) {
  const { width, height } = box.outer;
  const smaller = width < style.width - 1 ? ", made smaller to fit" : "";
  return (
    `${canvas[0]} × ${canvas[1]} px. The facecam is ${width} × ${height} px${smaller}, ` +
    `${style.margin} px from the ${style.corner.replace("-", " ")} corner.`
  );
}

function value(form, name) {
  const controls = [...form.querySelectorAll(`[data-look="${name}"]`)];
  const control = controls.find((each) => each.type !== "radio" || each.checked);
  return control?.type === "checkbox" ? control.checked : control?.value;
}

// “1920x1080”; of a custom size its two fields say it.
function sizeOf(form) {
  const size = value(form, "size") ?? "";
  if (size !== "custom") return size;
  return `${value(form, "canvas_width")}x${value(form, "canvas_height")}`;
}

// What the form says, or null while a number in it is none or out of bounds.
function typed(form) {
  const style = { shape: value(form, "shape"), corner: value(form, "corner") };
  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    const text = value(form, name);
    style[name] = Number(text);
    const whole = text !== "" && Number.isInteger(style[name]);
    if (!whole || style[name] < least || style[name] > most) return null;
  }
  const canvas = sizeOf(form).split("x").map(Number);
  const sized = canvas.every((edge) => edge >= SIZE.least && edge <= SIZE.most && edge % 2 === 0);
  if (canvas.length !== 2 || !sized || style.border * 4 > style.width) return null;
  return { style: { ...style, shadow: value(form, "shadow") === true }, canvas };
}

function draw(figure, { style, canvas }) {
  const clip = [Number(figure.dataset.clipWidth), Number(figure.dataset.clipHeight)];
  const box = bubbleBox(style, clip, canvas);
  figure.querySelector(".look-picture").setAttribute("viewBox", `0 0 ${canvas[0]} ${canvas[1]}`);
  for (const name of ["outer", "face", "picture", "shadow"]) {
    const element = figure.querySelector(`[data-box="${name}"]`);
    for (const [key, px] of Object.entries(box[name])) element.setAttribute(key, px);
  }
  const shadow = figure.querySelector(`[data-box="shadow"]`);
  shadow.setAttribute("visibility", style.shadow ? "visible" : "hidden");
  figure.querySelector("feGaussianBlur").setAttribute("stdDeviation", box.blur);
  figure.querySelector("#look-said").textContent = bubbleSaid(box, style, canvas);
}

export function redraw() {
  const figure = document.getElementById("look-preview");
  const form = figure && document.getElementById(figure.dataset.form);
  const look = form && typed(form);
  if (look) draw(figure, look);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-look]")) redraw();
});
