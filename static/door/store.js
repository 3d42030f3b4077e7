// What this device keeps: its token and settings, the list, scans that wait to be sent, and the latest scans.

const NAME = "rendezvous-door";
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("facts");
      asked.result.createObjectStore("people", { keyPath: "id" });
      asked.result.createObjectStore("queue", { keyPath: "nonce" });
      asked.result.createObjectStore("recent", { keyPath: "nonce" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function within(stores, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode);
    const answer = work(transaction);
    transaction.oncomplete = () => resolve(answer && "result" in answer ? answer.result : undefined);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const fact = (name) => within(["facts"], "readonly", (t) => t.objectStore("facts").get(name));

export const keepFacts = (facts) =>
  within(["facts"], "readwrite", (t) => {
    for (const [name, value] of Object.entries(facts)) t.objectStore("facts").put(value, name);
  });

export const all = (store) => within([store], "readonly", (t) => t.objectStore(store).getAll());

// Keep people, and with `anew` forget all others, together with the version they are of.
export const keepPeople = (people, version, anew) =>
  within(["people", "facts"], "readwrite", (t) => {
    const store = t.objectStore("people");
    if (anew) store.clear();
    for (const person of people) store.put(person);
    t.objectStore("facts").put(version, "version");
  });

// Keep a scan that must be sent and what it did, in one step: a phone that dies now loses neither.
export const keepScan = (scan, shown, person) =>
  within(["queue", "recent", "people"], "readwrite", (t) => {
    if (scan) t.objectStore("queue").put(scan);
    t.objectStore("recent").put(shown);
    if (person) t.objectStore("people").put(person);
  });

export const dropSent = (nonces) =>
  within(["queue"], "readwrite", (t) => nonces.forEach((nonce) => t.objectStore("queue").delete(nonce)));

export const dropRecent = (nonces) =>
  within(["recent"], "readwrite", (t) => nonces.forEach((nonce) => t.objectStore("recent").delete(nonce)));

// Forget everything. With `butQueue`, scans that were not sent stay: they are the record of who came in.
export const forget = (butQueue) =>
  within(["facts", "people", "queue", "recent"], "readwrite", (t) => {
    for (const store of ["facts", "people", "recent", ...(butQueue ? [] : ["queue"])]) t.objectStore(store).clear();
  });
