// Remembers in this browser which uploads were under way, so that a reload loses nothing. A note
// says where an upload goes on; its file is kept beside it (kept_files.js) where the browser can.
// Without the file, whoever comes back chooses it again.

import { dropFile, keptKeys } from "./kept_files.js";

const PREFIX = "upload:";
const KEPT_MS = 7 * 24 * 3600 * 1000; // as long as the server: UNFINISHED_FOR
const FREE_WITHIN_MS = 2_000; // a page that is being reloaded holds its upload a moment longer

// Nobody goes on with what another person began in the same browser.
export const person = () => document.body.dataset.person ?? "";

export const keyOf = (create, { name, size, lastModified }) =>
  `${PREFIX}${person()}:${create}:${name}:${size}:${lastModified}`;

// Two addresses of one upload may differ in where they lead.
export const pathOf = (url) => new URL(url, location.href).pathname;

// Private windows and full disks refuse: an upload works without being remembered.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

const noteAt = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));

export function remember(create, file, uploadUrl) {
  const { name, size } = file;
  const note = { create, name, size, uploadUrl, person: person(), since: Date.now() };
  attempt(() => localStorage.setItem(keyOf(create, file), JSON.stringify(note)));
}

// The address at which this very file was being uploaded, or null.
export function recall(create, file) {
  return noteAt(keyOf(create, file))?.uploadUrl ?? null;
}

// Resolves when the file is gone too.
export function forget(create, file) {
  return forgetAt(keyOf(create, file));
}

export function forgetUrl(uploadUrl) {
  for (const note of notes()) {
    if (pathOf(note.uploadUrl) === pathOf(uploadUrl)) forgetAt(note.key);
  }
}

function forgetAt(key) {
  attempt(() => localStorage.removeItem(key));
  return dropFile(key);
}

// What this person had under way, the latest first: {key, name, size, uploadUrl}.
export function listUnfinished(create) {
  const found = notes().filter((note) => note.create === create && note.person === person());
  return found.sort((a, b) => b.since - a.since);
}

function notes() {
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  return keys
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ ...noteAt(key), key }))
    .filter((note) => note.uploadUrl);
}

// Files that nobody waits for any more: forgotten, too old, or another person's.
export async function sweepFiles() {
  for (const key of await keptKeys()) {
    const note = noteAt(key);
    const isOld = !(note?.since > Date.now() - KEPT_MS);
    if (isOld || note.person !== person()) dropFile(key);
  }
}

// Does `work` while no other page of this browser goes on with this upload by itself. Where the
// browser has no locks to give, none of its pages keeps a file.
export async function hold(key, work) {
  let begun = null;
  const begin = () => (begun ??= work());
  await navigator.locks?.request(key, { ifAvailable: true }, begin).catch(() => {});
  return begin();
}

// What `work` gives, or false when another page is at this upload.
export async function whenFree(key, work) {
  try {
    const signal = AbortSignal.timeout(FREE_WITHIN_MS);
    return await navigator.locks.request(key, { signal }, work);
  } catch {
    return false;
  }
}
