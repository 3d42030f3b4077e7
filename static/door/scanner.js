// The scanner page: shows what the gate decides at once, and keeps its list and the record in step.

import { TONES, clockTime, decide, insideAfter, whose, wordsFor } from "./judge.js";
import * as store from "./store.js";
import * as sync from "./sync.js";
import { Camera } from "./camera.js";

const ANSWER_WITHIN = 90; // milliseconds to wait for the server before the device answers by itself
const RECENT = 20;
const MOST_FOUND = 20;
const CODE_IN_ADDRESS = /^#([A-Z2-7]{16})$/;

const $ = (id) => document.getElementById(id);
const held = { people: new Map(), codes: new Map(), summit: null, key: "", device: null, token: "", version: undefined };
let queue = new Map();
let recent = [];
let flagged = 0;
let syncedAt = null;
let offset = 0; // milliseconds by which the server's clock is ahead of ours
let isOnline = navigator.onLine;
let rhythm = null;
let camera = null;

// ---- What is held

async function load() {
  for (const name of ["token", "device", "summit", "key", "version"]) held[name] = (await store.fact(name)) ?? held[name];
  syncedAt = (await store.fact("syncedAt")) ?? null;
  flagged = (await store.fact("flagged")) ?? 0;
  offset = (await store.fact("offset")) ?? 0;
  holdPeople(await store.all("people"), true);
  queue = new Map((await store.all("queue")).map((scan) => [scan.nonce, scan]));
  recent = (await store.all("recent")).sort((a, b) => b.at.localeCompare(a.at));
  $("sound").checked = (await store.fact("sound")) ?? false;
  $("vibration").checked = (await store.fact("vibration")) ?? false;
}

function holdPeople(people, anew) {
  if (anew) {
    held.people.clear();
    held.codes.clear();
  }
  for (const person of people) {
    held.people.set(person.id, person);
    held.codes.set(person.code, person.id);
  }
}

// The server does not know yet what waits here: do it again on what it says.
function redoWaiting(people) {
  const byId = new Map(people.map((person) => [person.id, person]));
  for (const scan of [...queue.values()].sort((a, b) => a.at.localeCompare(b.at))) {
    const person = byId.get(scan.person);
    if (person) person.inside = insideAfter(scan.told, person.inside, ourTime(Date.parse(scan.at)), scan.gate);
  }
  return people;
}

// The time by the server's clock, for what is shown and compared; what is sent stays the device's own.
const ourTime = (moment) => new Date(moment + offset).toISOString();

// ---- Scanning

async function scan(code, registration) {
  const now = Date.now();
  const at = new Date(now).toISOString();
  const direction = document.querySelector("input[name=direction]:checked").value;
  const person = registration ? held.people.get(registration) : null;
  const found = person ? { person, standing: person.standing } : await whose(code, held, now + offset);
  if (registration && found.standing === "stopped") found.standing = "good"; // a document stands in for the badge
  const own = decide(found.standing, direction, found.person?.inside ?? null, now + offset, held.summit.zone);
  const sent = { nonce: crypto.randomUUID(), at, direction, gate: held.device.gate, ...(registration ? { registration } : { code }) };
  const answer = own.result === "admitted" ? await theirs(sent, now) : null;
  const result = answer?.result ?? own.result;
  const earlier = answer ? answer.earlier : own.earlier;
  const shown = { nonce: sent.nonce, at: ourTime(now), result, earlier, ...identity(found, answer), isNewer: Boolean(found.isNewer) };
  if (found.person) {
    const before = result === "already_inside" ? earlier : found.person.inside;
    found.person.inside = insideAfter(result, before, shown.at, held.device.gate);
  }
  const waits = answer ? null : { ...sent, told: result, person: found.person?.id };
  if (waits) queue.set(waits.nonce, waits);
  recent = [shown, ...recent].slice(0, RECENT);
  show(shown);
  await store.keepScan(waits, shown, found.person);
  if (waits && isOnline) rhythm.now();
}

// Ask the server, as long as nobody notices; then the device decides by itself and reports what it decided.
async function theirs(sent, since) {
  if (!isOnline || rhythm.failures) return null;
  const late = new Promise((resolve) => setTimeout(resolve, Math.max(0, ANSWER_WITHIN - (Date.now() - since)), null));
  const asked = sync.send(held.token, [sent], queue.size, 5_000).then((said) => said.answers[0]).catch(() => null);
  return Promise.race([asked, late]);
}

function identity(found, answer) {
  const person = found.person;
  if (person && person.name) {
    const { id, name, preferred, native, organization, country, role } = person;
    return { person: id, name, preferred, native, organization, country, role };
  }
  const { name = "", organization = "", country = "", role = "" } = answer ?? {};
  return { person: person?.id, name, preferred: "", native: "", organization, country, role };
}

// ---- Showing

function show(shown) {
  const [words, next] = wordsFor(shown.result, { earlier: shown.earlier, help: held.device.help, zone: held.summit.zone, isNewer: shown.isNewer });
  const tone = TONES[shown.result];
  $("answer").className = `answer answer--${tone}`;
  $("answer").dataset.result = shown.result;
  $("answer-sign").textContent = { good: "✓", warn: "!", bad: "✕" }[tone];
  $("answer-words").textContent = words;
  $("answer-next").textContent = next;
  $("identity").hidden = !shown.name;
  $("identity-name").textContent = shown.name;
  $("identity-other").textContent = [shown.preferred, shown.native].filter((one) => one && one !== shown.name).join(", ");
  $("identity-organization").textContent = shown.organization;
  $("identity-country").textContent = shown.country;
  $("identity-role").textContent = shown.role;
  signal(tone);
  render();
}

function signal(tone) {
  if ($("vibration").checked) navigator.vibrate?.(tone === "good" ? 60 : [120, 80, 120]);
  if (!$("sound").checked) return;
  const context = new AudioContext();
  const tones = tone === "good" ? [880] : [330, 262];
  tones.forEach((pitch, index) => {
    const voice = context.createOscillator();
    voice.frequency.value = pitch;
    voice.connect(context.destination);
    voice.start(context.currentTime + index * 0.18);
    voice.stop(context.currentTime + index * 0.18 + 0.14);
  });
  setTimeout(() => context.close(), 1_000);
}

function render() {
  const enrolled = Boolean(held.token);
  $("enrol").hidden = enrolled;
  $("gate").hidden = !enrolled;
  if (!enrolled) return;
  const zone = held.summit.zone;
  const people = [...held.people.values()];
  const inside = people.filter((one) => one.inside && decide("good", "in", one.inside, Date.now() + offset, zone).earlier).length;
  $("gate-name").textContent = held.device.gate;
  $("device-name").textContent = `${held.device.name}, ${held.summit.name}`;
  $("online").textContent = isOnline ? "Online" : "Offline";
  $("online").className = isOnline ? "state state--good" : "state state--warn";
  $("waiting").textContent = String(queue.size);
  $("inside").textContent = String(inside);
  $("listed").textContent = String(people.filter((one) => one.standing === "good").length);
  $("synced").textContent = syncedAt ? clockTime(syncedAt, zone) : "not yet";
  $("flagged").hidden = flagged === 0;
  $("flagged-count").textContent = flagged === 1 ? "1 person" : `${flagged} people`;
  $("recent").replaceChildren(...recent.map((one) => line(one, zone)));
  $("recent-none").hidden = recent.length > 0;
}

function line(one, zone) {
  const item = document.createElement("li");
  const [words] = wordsFor(one.result, { earlier: one.earlier, help: held.device.help, zone });
  const sign = document.createElement("strong");
  sign.textContent = words;
  item.append(`${clockTime(one.at, zone)} `, sign, one.name ? ` ${one.name}` : "");
  if (one.flagged) item.append(" Flagged: the record has another admission.");
  return item;
}

function say(words) {
  $("notice").textContent = words;
  $("notice").hidden = !words;
}

// Signing out of the site in this browser must not lose scans that were not sent yet.
function keepStorage(kept) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `keeps-storage=yes; Path=/; SameSite=Lax; Max-Age=${kept ? 60 * 86_400 : 0}${secure}`;
}

// ---- Keeping in step

async function round(batch) {
  try {
    if (Date.now() + offset > Date.parse(held.device.expires_at)) throw new sync.Unenrolled();
    await sendWaiting(batch);
    const found = await sync.news(held.token, held.version);
    holdPeople(redoWaiting(found.people), found.anew);
    held.version = found.version;
    await store.keepPeople(found.people, found.version, found.anew);
    const { device, summit, key, flagged: count } = await sync.about(held.token);
    Object.assign(held, { device, summit, key });
    [flagged, syncedAt, isOnline] = [count, new Date().toISOString(), true];
    await store.keepFacts({ device, summit, key, flagged, syncedAt, offset });
    say("");
  } catch (error) {
    if (error instanceof sync.Unenrolled) await wipe("This device was ended or has expired. Its list is gone.", true);
    else if (error instanceof sync.Refusal) say(error.message);
    else isOnline = false;
    throw error;
  } finally {
    render();
  }
}

async function sendWaiting(batch) {
  let first = true;
  while (first || queue.size) {
    first = false;
    const some = [...queue.values()].slice(0, batch);
    const scans = some.map(({ person, ...scan }) => scan);
    const said = await sync.send(held.token, scans, queue.size - some.length);
    offset = said.offset_ms;
    for (const answer of said.answers) note(answer);
    const nonces = some.map((scan) => scan.nonce);
    nonces.forEach((nonce) => queue.delete(nonce));
    await store.dropSent(nonces);
  }
}

function note(answer) {
  if (!answer.conflict) return;
  const shown = recent.find((one) => one.nonce === answer.nonce);
  if (shown) shown.flagged = true;
  const by = answer.earlier ? ` They came in at ${clockTime(answer.earlier.at, held.summit.zone)} at ${answer.earlier.gate}.` : "";
  say(`${answer.name || "Somebody"} was let in here, but not by the record.${by} Organizers are told.`);
}

async function wipe(words, butQueue = false) {
  rhythm?.stop();
  camera?.isOn && camera.stop();
  await store.forget(butQueue);
  held.people.clear();
  held.codes.clear();
  Object.assign(held, { token: "", version: undefined });
  if (!butQueue) queue.clear();
  keepStorage(queue.size > 0);
  recent = [];
  render();
  say(words);
}

// ---- The page

async function enrol(code) {
  $("enrol-button").disabled = true;
  try {
    const { token, device, summit, key } = await sync.enrol(code);
    Object.assign(held, { token, device, summit, key, version: undefined });
    await store.keepFacts({ token, device, summit, key });
    say("Downloading the list ...");
    begin();
  } catch (error) {
    say(error instanceof TypeError ? "There is no network. Enrolling needs one." : error.message);
  } finally {
    $("enrol-button").disabled = false;
    render();
  }
}

function begin() {
  keepStorage(true);
  rhythm = new sync.Rhythm(round);
  return rhythm.now();
}

function find(words) {
  const wanted = fold(words);
  const found = wanted.length < 2 ? [] : [...held.people.values()].filter((one) => one.name && fold(`${one.name} ${one.preferred} ${one.native} ${one.organization}`).includes(wanted));
  found.sort((a, b) => a.name.localeCompare(b.name));
  $("found").replaceChildren(...found.slice(0, MOST_FOUND).map(offer));
  $("found-none").hidden = wanted.length < 2 || found.length > 0;
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

function offer(person) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--plain";
  button.textContent = `Check ${person.name}`;
  button.addEventListener("click", () => {
    $("search").value = "";
    find("");
    scan("", person.id);
    $("answer").scrollIntoView({ block: "start" });
  });
  const about = document.createElement("span");
  about.textContent = `${person.organization}, ${person.country}`;
  item.append(button, about);
  return item;
}

function listen() {
  $("enrol-form").addEventListener("submit", (event) => {
    event.preventDefault();
    enrol($("code").value);
  });
  $("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const code = $("badge").value;
    $("badge").value = "";
    if (code.trim()) scan(code);
  });
  $("search").addEventListener("input", () => find($("search").value));
  $("search-form").addEventListener("submit", (event) => event.preventDefault());
  $("sync").addEventListener("click", () => rhythm.now().catch(() => {}));
  $("sign-out").addEventListener("click", signOut);
  for (const name of ["sound", "vibration"]) {
    $(name).addEventListener("change", () => store.keepFacts({ [name]: $(name).checked }));
  }
  addEventListener("offline", () => { isOnline = false; render(); });
  camera = new Camera($("video"), (code) => scan(code), (isResting) => {
    $("video").hidden = true;
    $("camera").textContent = isResting ? "Camera is resting: start it again" : "Start the camera";
  });
  $("camera").addEventListener("click", toggleCamera);
  document.addEventListener("visibilitychange", () => document.hidden && camera.isOn && camera.stop());
}

async function toggleCamera() {
  if (camera.isOn) return camera.stop();
  try {
    $("video").hidden = false;
    await camera.start();
    $("camera").textContent = "Stop the camera";
  } catch {
    camera.stop();
    say("The camera cannot be used. Allow it in the browser's settings, or type the code.");
  }
}

async function signOut() {
  if (queue.size && !confirm(`${queue.size} scans were not sent yet and would be lost. Sign out all the same?`)) return;
  try {
    await sync.signOut(held.token);
  } catch (error) {
    if (!(error instanceof sync.Unenrolled)) {
      say("There is no network, so the device cannot be signed out. End it on the page of devices, or try again.");
      return;
    }
  }
  await wipe("Signed out. The list is gone from this device.");
}

async function start() {
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/door/scanner/worker.js", { scope: "/door/scanner" }).catch(() => {});
  }
  await load();
  listen();
  const given = CODE_IN_ADDRESS.exec(location.hash);
  history.replaceState(null, "", location.pathname); // the code must not stay in the address
  render();
  document.documentElement.dataset.ready = "yes";
  navigator.storage?.persist?.();
  if (held.token) begin();
  else if (given) enrol(given[1]);
}

start();
