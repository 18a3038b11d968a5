// Remembers in this browser which files were under way, so that a reload loses nothing.
// The file itself cannot be kept: whoever comes back chooses it again.

const PREFIX = "upload:";

const keyOf = (create, { name, size, lastModified }) =>
  `${PREFIX}${create}:${name}:${size}:${lastModified}`;

// Private windows and full disks refuse: an upload works without being remembered.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

export function remember(create, file, uploadUrl) {
  const { name, size } = file;
  const note = { create, name, size, uploadUrl, since: Date.now() };
  attempt(() => localStorage.setItem(keyOf(create, file), JSON.stringify(note)));
}

// The address at which this very file was being uploaded, or null.
export function recall(create, file) {
  return attempt(() => JSON.parse(localStorage.getItem(keyOf(create, file)))?.uploadUrl) ?? null;
}

export function forget(create, file) {
  attempt(() => localStorage.removeItem(keyOf(create, file)));
}

export function forgetUrl(uploadUrl) {
  for (const [key, note] of notes()) {
    if (note.uploadUrl === uploadUrl) attempt(() => localStorage.removeItem(key));
  }
}

// What was under way, the latest first: {name, size, uploadUrl}.
export function listUnfinished(create) {
  const found = notes().map(([, note]) => note).filter((note) => note.create === create);
  return found.sort((a, b) => b.since - a.since);
}

function notes() {
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  return keys
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => [key, attempt(() => JSON.parse(localStorage.getItem(key)))])
    .filter(([, note]) => note?.uploadUrl);
}
