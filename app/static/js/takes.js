// Keeps what was recorded in this browser (IndexedDB) until it is uploaded, piece by piece while
// it is recorded, so that neither a reload nor a crash loses it.

const NAME = "loomlite-takes";

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("takes", { keyPath: "id" });
      request.result.createObjectStore("pieces", { keyPath: ["take", "index"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// take: {id, create, type, startedAt (ms), durationS}.
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
  const here = takes.filter((take) => take.create === create);
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
