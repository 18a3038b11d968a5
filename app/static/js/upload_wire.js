// The requests of the upload protocol of app/web/uploads.py, and what their answers mean; knows
// neither retries nor progress bars.

const SILENCE_MS = 30_000; // no byte moved: the connection is dead without saying so
const ANSWER_MS = 120_000; // all bytes are sent; a slow disk may still be writing

const SIGNED_OUT = "You are no longer signed in. Sign in in another tab, then go on here.";
const REFUSED = "The server did not take this file. Try again, or choose another one.";

// No answer, or one that says "later": worth another try.
export class Lost extends Error {}
// The server no longer knows this upload.
export class Gone extends Error {}
// The upload goes on at another offset.
export class Moved extends Error {
  constructor(offset) {
    super();
    this.offset = offset;
  }
}
// The message is a sentence for the user. `final`: the same again would be refused again.
export class Refused extends Error {
  constructor(sentence = REFUSED, { final = true } = {}) {
    super(sentence);
    this.final = final;
  }
}

function fault(status, text) {
  if (status === 401 || status === 403) return new Refused(SIGNED_OUT, { final: false });
  if (status === 404 || status === 410) return new Gone();
  let sentence;
  try {
    sentence = JSON.parse(text).error;
  } catch {
    // The answer of a proxy on the way, not of ours.
  }
  if (status === 507) return new Refused(sentence, { final: false });
  if (status >= 500 || [408, 423, 425, 429].includes(status)) return new Lost();
  return new Refused(sentence);
}

async function answerTo(url, options, signal) {
  try {
    const limits = AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]);
    const answer = await fetch(url, { ...options, cache: "no-store", signal: limits });
    return { answer, text: await answer.text() };
  } catch {
    throw new Lost();
  }
}

// The address at which the upload of `file` begins.
export async function announce(create, { name, size, type, lastModified }, signal) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      name, size_bytes: size, type, last_modified: Math.round(lastModified),
    }),
  };
  const { answer, text } = await answerTo(create, options, signal);
  if (answer.status === 201) return JSON.parse(text).upload_url;
  const why = fault(answer.status, text);
  throw why instanceof Gone ? new Refused() : why;
}

// How many bytes the server has.
export async function askOffset(url, signal) {
  const { answer } = await answerTo(url, { method: "HEAD" }, signal);
  const told = answer.headers.get("Upload-Offset");
  if (answer.ok && told !== null) return Number(told);
  throw fault(answer.status, "");
}

// {next} when the file is complete, else {offset}: how many bytes the server has.
export async function putChunk(url, offset, chunk, { signal, onProgress, onSent }) {
  const { status, told, text } = await put(url, offset, chunk, { signal, onProgress, onSent });
  if (status === 200) return { next: JSON.parse(text).next };
  if (status === 204) return { offset: told ?? offset + chunk.size };
  if (status === 409 && told !== null) throw new Moved(told);
  throw fault(status, text);
}

// By XMLHttpRequest, because fetch does not tell how much of a body has left.
function put(url, offset, chunk, { signal, onProgress, onSent }) {
  const request = new XMLHttpRequest();
  let timer;
  const alive = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), ms);
  };
  const abort = () => request.abort();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => {
      alive(SILENCE_MS);
      onProgress(event.loaded);
    };
    request.upload.onload = () => {
      alive(ANSWER_MS);
      onSent();
    };
    request.onload = () => {
      const told = request.getResponseHeader("Upload-Offset");
      const { status, responseText: text } = request;
      resolve({ status, text, told: told === null ? null : Number(told) });
    };
    request.onerror = request.onabort = () => reject(new Lost());
    request.open("PUT", url);
    request.setRequestHeader("Upload-Offset", String(offset));
    signal.addEventListener("abort", abort);
    alive(SILENCE_MS);
    request.send(chunk);
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  });
}
