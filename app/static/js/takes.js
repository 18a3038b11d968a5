// Keeps what was recorded in this browser (IndexedDB) until it is uploaded, piece by piece while
// it is recorded, so that neither a reload nor a crash loses it.

import { finished, openStore, settled } from "./browser_store.js";
import { person } from "./unfinished.js";

const NAME = "loomlite-takes";

function database() {
  return openStore(NAME, (store) => {
    store.createObjectStore("takes", { keyPath: "id" });
    store.createObjectStore("pieces", { keyPath: ["take", "index"] });
  });
}

// take: {id, create, person, type, startedAt (ms), durationS}.
export async function keepTake(take) {
  const transaction = (await database()).transaction("takes", "readwrite");
  transaction.objectStore("takes").put(take);
  await finished(transaction);
}

export async function keepPiece(take, index, blob) {
  const transaction = (await database()).transaction("pieces", "readwrite");
  transaction.objectStore("pieces").put({ take: take.id, index, blob });
  await finished(transaction);
}

// The latest take for this place that has pieces, with its `blob`; null when there is none.
export async function findTake(create) {
  const stores = (await database()).transaction(["takes", "pieces"]);
  const takes = await settled(stores.objectStore("takes").getAll());
  const here = takes.filter((take) => take.create === create && take.person === person());
  for (const take of here.sort((a, b) => b.startedAt - a.startedAt)) {
    const pieces = await settled(stores.objectStore("pieces").getAll(piecesOf(take)));
    const blob = new Blob(pieces.map((piece) => piece.blob), { type: take.type });
    if (blob.size > 0) return { ...take, blob };
  }
  return null;
}

export async function dropTake(take) {
  const transaction = (await database()).transaction(["takes", "pieces"], "readwrite");
  transaction.objectStore("takes").delete(take.id);
  transaction.objectStore("pieces").delete(piecesOf(take));
  await finished(transaction);
}

const piecesOf = ({ id }) => IDBKeyRange.bound([id, 0], [id, Infinity]);
