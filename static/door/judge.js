// What a gate decides by itself: reads a code, checks its signature, and tells from the list what to do.
// Nothing here asks the network or the page.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SIGNED_LENGTH = 144;
const CONTENT_BYTES = 26;
const DAY_ZERO = Date.UTC(2020, 0, 1);
const DAY = 86_400_000;
const DAY_ENDS_HOURS = 4; // an evening counts as its day

export function normalCode(typed) {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

export function bytesOf(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return bytes;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function uuidOf(bytes) {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Return the content of a signed code, null when it is none. `verified` is null where the browser cannot check.
export async function readSigned(code, key) {
  if (code.length !== SIGNED_LENGTH) return null;
  const raw = bytesOf(code);
  if (!raw || raw[0] !== 1) return null;
  const content = raw.slice(0, CONTENT_BYTES);
  const view = new DataView(content.buffer);
  return {
    summitTag: hex(content.slice(1, 5)),
    registration: uuidOf(content.slice(5, 21)),
    number: view.getUint16(21),
    lastDay: DAY_ZERO + view.getUint16(24) * DAY,
    verified: await verified(content, raw.slice(CONTENT_BYTES), key),
  };
}

const keys = new Map();

async function verified(content, signature, key) {
  try {
    if (!keys.has(key)) {
      const raw = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
      keys.set(key, crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]));
    }
    return await crypto.subtle.verify({ name: "Ed25519" }, await keys.get(key), signature, content);
  } catch {
    return null; // no Ed25519 in this browser: only the list can tell
  }
}

export async function digestOf(code) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return hex(new Uint8Array(sum)).slice(0, 24);
}

// The venue's day of a moment, as text: it ends at four in the morning.
export function venueDay(moment, zone) {
  const shifted = new Date(new Date(moment).getTime() - DAY_ENDS_HOURS * 3_600_000);
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(shifted);
}

export function clockTime(moment, zone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(
    new Date(moment),
  );
}

// Say whose badge a code is: {person, number, standing}. `held` has people (by id), codes (digest to id), summit, key.
export async function whose(typed, held, now) {
  const code = normalCode(typed);
  if (code.length !== SIGNED_LENGTH) {
    const person = held.people.get(held.codes.get(await digestOf(code)));
    return person ? { person, number: person.number, standing: person.standing } : { standing: "unknown" };
  }
  const read = await readSigned(code, held.key);
  const isOurs = read && read.verified !== false && read.summitTag === held.summit.id.slice(0, 8);
  if (!isOurs) return { standing: "unknown" };
  const person = held.people.get(read.registration);
  if (!person) {
    // Signed by us, and newer than the list: the signature vouches for it. Unchecked, nothing does.
    const standing = read.verified ? "good" : "unknown";
    return { registration: read.registration, number: read.number, standing, isNewer: true };
  }
  const isOver = now >= read.lastDay + 2 * DAY;
  const isFormer = read.number < person.number;
  const standing = person.standing === "good" && (isOver || isFormer) ? "stopped" : person.standing;
  const isNext = person.standing === "stopped" && read.number > person.number && read.verified;
  return { person, number: read.number, standing: isNext ? "good" : standing };
}

// Say what to do: {result, earlier}. `inside` is null or {at, gate} as far as this device knows.
export function decide(standing, direction, inside, now, zone) {
  const here = inside && venueDay(inside.at, zone) === venueDay(now, zone) ? inside : null;
  if (direction === "out") return { result: here ? "left" : "not_inside", earlier: here };
  if (standing !== "good") return { result: standing, earlier: here };
  return { result: here ? "already_inside" : "admitted", earlier: here };
}

// Who is inside after a scan, as far as this device knows.
export function insideAfter(result, inside, at, gate) {
  if (result === "admitted") return { at, gate };
  if (result === "left") return null;
  return inside;
}

export function wordsFor(result, { earlier, help, zone, isNewer } = {}) {
  const call = help ? `call ${help}` : "call the help desk";
  switch (result) {
    case "admitted":
      return ["Admitted", isNewer ? "The badge is newer than this list. Let them in." : "Let them in."];
    case "already_inside":
      return [
        earlier ? `Already inside since ${clockTime(earlier.at, zone)} at ${earlier.gate}` : "Already inside",
        "Do not let a second person in on this badge; ask for a document.",
      ];
    case "left":
      return ["Left", "They may come back in later."];
    case "not_inside":
      return ["Not inside", "Nobody was admitted with this badge."];
    case "not_confirmed":
      return ["Not confirmed: send to the desk", "This person's place is not confirmed."];
    case "suspended":
      return [`Stopped: ${call}`, "Do not let this person in."];
    case "stopped":
      return [`Badge stopped: ${call}`, "It was replaced or reported lost. Do not let its bearer in."];
    default:
      return ["Unknown", "No badge has this code. Scan again, or search by name."];
  }
}

export const TONES = {
  admitted: "good", left: "good", already_inside: "warn", not_inside: "warn",
  not_confirmed: "bad", suspended: "bad", stopped: "bad", unknown: "bad",
};
