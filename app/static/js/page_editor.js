/** Keeps the preview of a landing page as the form is, and puts variables into its words; it saves nothing. */

const WAIT_MS = 400;
const LOGO_BYTES = 5 * 1024 ** 2; // as app/web/images.py
const stage = document.getElementById("page-preview");
const form = document.getElementById("page-form");

// The page is drawn anew in a frame behind the present one, which is taken away once it is there:
// nothing flickers, the place in it is kept, and the Back button knows nothing of it.
class Preview {
  #timer = 0;
  #count = 0;
  #isDrawing = false;
  #isStale = false;

  constructor(screen, url, said) {
    Object.assign(this, { screen, url, said });
  }

  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.draw(), WAIT_MS);
  }

  draw() {
    if (this.#isDrawing) {
      this.#isStale = true;
      return;
    }
    this.#isDrawing = true;
    const present = this.screen.querySelector("iframe");
    const next = present.cloneNode();
    next.removeAttribute("src");
    // Never one that a frame had before: the form would be sent there.
    this.#count += 1;
    next.name = `page-preview-${this.#count}`;
    next.classList.add("is-coming");
    this.screen.append(next);
    next.addEventListener("load", () => this.#shown(present, next));
    this.#send(next);
  }

  // Files stay here: only what is saved has a new logo.
  #send(frame) {
    const copy = Object.assign(document.createElement("form"), {
      method: "post",
      action: this.url,
      target: frame.name,
      hidden: true,
    });
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string") continue;
      copy.append(Object.assign(document.createElement("textarea"), { name, value }));
    }
    document.body.append(copy);
    copy.submit();
    copy.remove();
  }

  #shown(present, next) {
    // The empty page that a frame begins with.
    if (next.contentWindow?.location.href === "about:blank") return;
    next.contentWindow?.scrollTo(0, present.contentWindow?.scrollY ?? 0);
    present.remove();
    next.classList.remove("is-coming");
    this.said.textContent = "The preview shows what is typed.";
    this.#isDrawing = false;
    if (this.#isStale) {
      this.#isStale = false;
      this.draw();
    }
  }
}

// Into the field that was written in last, where the cursor is.
function insertInto(field, phrase) {
  field.setRangeText(phrase, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function followWords() {
  let last = form.querySelector("[data-phrases]");
  last?.setSelectionRange(last.value.length, last.value.length);
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-phrases]")) last = event.target;
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button && last) insertInto(last, button.dataset.insert);
  });
}

// A form that is too large for the server cannot be read there at all.
function followLogo() {
  const field = form.elements.namedItem("logo");
  field?.addEventListener("change", () => {
    const isTooLarge = field.files[0]?.size > LOGO_BYTES;
    field.setCustomValidity(isTooLarge ? "The picture is over 5 MB. Save it smaller." : "");
    if (isTooLarge && !field.reportValidity()) field.value = "";
    field.setCustomValidity("");
  });
}

function followLeaving() {
  let isTyped = form.querySelector("[aria-invalid]") !== null;
  form.addEventListener("input", (event) => {
    isTyped ||= event.target.id !== "preview-lead";
  });
  form.addEventListener("submit", () => {
    isTyped = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isTyped) event.preventDefault();
  });
}

// On a phone there is no room for another width.
if (matchMedia("(max-width: 40rem)").matches) stage.querySelector("[value=phone]").checked = true;

if (form) {
  const screen = stage.querySelector(".page-screen");
  const said = document.getElementById("page-preview-said");
  const preview = new Preview(screen, stage.dataset.previewUrl, said);
  form.addEventListener("input", () => preview.soon());
  document.getElementById("preview-lead").addEventListener("change", () => preview.draw());
  // What a form had before it was found wrong is not what the preview's address shows.
  const wrong = form.querySelector("[aria-invalid]");
  if (wrong) preview.draw();
  wrong?.focus();
  followWords();
  followLogo();
  followLeaving();
} else {
  document.getElementById("page-whom").addEventListener("change", (event) => event.currentTarget.submit());
}
