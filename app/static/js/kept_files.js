// Keeps the files of unfinished uploads in this browser (IndexedDB), so that they go on by
// themselves after a reload. Where the browser refuses, nothing is kept and nothing fails.

import { finished, openStore, settled } from "./browser_store.js";

const NAME = "loomlite-uploads";
const LONGEST_DROP_MS = 1_000; // a large file may still be being written
const SHARE_OF_FREE = 0.5; // the rest of what this browser grants is for others

async function files(mode) {
  const store = await openStore(NAME, (database) => database.createObjectStore("files"));
  return store.transaction("files", mode).objectStore("files");
}

// One after the other: what is dropped while it is still being written is gone in the end.
let turn = Promise.resolve();

function inTurn(work) {
  turn = turn.then(work).catch(() => null);
  return turn;
}

export function keepFile(key, file) {
  return inTurn(async () => {
    const { quota, usage } = await navigator.storage.estimate();
    if (file.size > (quota - usage) * SHARE_OF_FREE) return;
    const store = await files("readwrite");
    store.put(file, key);
    await finished(store.transaction);
  });
}

// The file as it was when it was chosen; null when it is not here, or can no longer be read.
export function findFile(key) {
  return inTurn(async () => {
    const file = await settled((await files("readonly")).get(key));
    await file.slice(-1).arrayBuffer();
    return file;
  });
}

// Wait for it before the page is left, or it may not happen; what stays then, sweepFiles() drops.
export function dropFile(key) {
  const dropped = inTurn(async () => {
    const store = await files("readwrite");
    store.delete(key);
    await finished(store.transaction);
  });
  return Promise.race([dropped, new Promise((resolve) => setTimeout(resolve, LONGEST_DROP_MS))]);
}

// The keys of all files that are kept.
export async function keptKeys() {
  return (await inTurn(async () => settled((await files("readonly")).getAllKeys()))) ?? [];
}
