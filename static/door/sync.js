// Speaking with the door API: sends what waits, fetches what changed, and tries again with patience.

const API = "/api/door/v1/";
const BATCH = 100;
const EVERY = 15_000;
const LONGEST_WAIT = 60_000;
const PATIENCE = 10_000;

export class Unenrolled extends Error {}
export class Refusal extends Error {}

async function ask(path, { token, method = "GET", body, patience = PATIENCE } = {}) {
  const answer = await fetch(API + path, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body ? { "Content-Type": "application/json" } : {}),
    },
    body: body && JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(patience),
  });
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401) throw new Unenrolled(said.error?.message ?? "");
  if (!answer.ok) throw new Refusal(said.error?.message ?? `The server answered ${answer.status}.`);
  return said;
}

export const enrol = (code) => ask("devices", { method: "POST", body: { code } });
export const signOut = (token) => ask("device", { token, method: "DELETE" });
export const about = (token) => ask("device", { token });

export function send(token, scans, waiting, patience) {
  return ask("scans", {
    token,
    method: "POST",
    body: { sent_at: new Date().toISOString(), waiting, scans },
    patience,
  });
}

// Fetch what changed since `version`, or everything: {people, version, anew}.
export async function news(token, version) {
  if (version !== undefined) {
    const found = await ask(`changes?since=${version}`, { token });
    if (!found.reload) return { people: found.people, version: found.version, anew: false };
  }
  const people = [];
  let first;
  let after = 0;
  do {
    const page = await ask(`list?after=${after}`, { token });
    first ??= page.version;
    people.push(...page.people);
    after = page.next;
  } while (after !== null);
  return { people, version: first, anew: true };
}

// Call `round` now and then: every 15 seconds while it goes well, less and less often while it does not.
export class Rhythm {
  constructor(round) {
    this.round = round;
    this.failures = 0;
    this.timer = null;
    this.running = null;
    this.again = false;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  now() {
    clearTimeout(this.timer);
    this.again = this.running !== null; // what came in meanwhile does not wait for the next turn
    this.running ??= this.turn().finally(() => (this.running = null));
    return this.running;
  }

  async turn() {
    let wait = document.hidden ? 4 * EVERY : EVERY;
    try {
      await this.round(BATCH);
      this.failures = 0;
      if (this.again) wait = 0;
    } catch (error) {
      if (error instanceof Unenrolled) return;
      this.failures += 1;
      const patience = Math.min(LONGEST_WAIT, 1_000 * 2 ** this.failures);
      wait = patience / 2 + Math.random() * (patience / 2);
    }
    this.again = false;
    this.timer = setTimeout(() => this.now(), wait);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
