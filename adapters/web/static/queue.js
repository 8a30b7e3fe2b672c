// Sends what the person says, one after the other, and keeps it until the house has taken it.

import * as lines from "./lines.js";

const { texts } = lines;
const language = document.documentElement.lang;
const SHELF = "citybot:unsent";
const LONGEST_WAIT = 30_000;

/** A key nobody else has; crypto.randomUUID is missing where there is no https. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
}

/** Asks the house; throws what says how to go on: {later} seconds, {ended}, or {refused}. */
export async function ask(path, method = "GET", content = null) {
  const options = { method, credentials: "same-origin", signal: AbortSignal.timeout(30_000) };
  if (content) {
    options.body = JSON.stringify(content);
    options.headers = { "Content-Type": "application/json" };
  }
  let answer;
  try {
    answer = await fetch(`/chat/api/${path}${path.includes("?") ? "&" : "?"}lang=${language}`, options);
    if (answer.ok) return answer.status === 204 ? null : await answer.json();
  } catch {
    throw { later: 0 };
  }
  const problem = await answer.json().catch(() => ({ message: "" }));
  if (answer.status === 401) throw { ended: true, message: problem.message };
  if (answer.status >= 500 || [408, 429].includes(answer.status)) {
    throw { later: Number(answer.headers.get("Retry-After")), message: problem.message };
  }
  throw { refused: true, message: problem.message };
}

export class Queue {
  /** `on`: {taken(entry, answer), began(), idle(), told(sentence)}; `session`: whether one exists. */
  constructor(session, on) {
    this.session = session;
    this.on = on;
    this.entries = [];
    this.tries = 0;
    this.ends = 0;
    this.work = null;
    addEventListener("online", () => this.drain());
    addEventListener("pageshow", (event) => event.persisted && this.drain());
  }

  /** Takes up what an earlier look at this page could not send. */
  restore() {
    for (const entry of this.#shelf()) this.#put(entry);
    if (this.entries.length) this.drain();
  }

  say(what) {
    const entry = { id: newKey(), at: new Date().toISOString(), ...what };
    const node = this.#put(entry);
    this.drain();
    return node;
  }

  async drain() {
    clearTimeout(this.timer);
    this.work ??= this.#work().finally(() => (this.work = null));
    await this.work;
  }

  /** The chat was ended: what was not sent is not kept for whoever comes next. */
  forget() {
    this.entries = [];
    this.#keep();
  }

  get waiting() {
    return this.entries.filter((entry) => !entry.refused);
  }

  #put(entry) {
    this.entries.push(entry);
    entry.node = lines.addOwn(entry);
    if (entry.refused) this.#refuse(entry, entry.refused);
    else lines.mark(entry.node, "sending", texts.sending);
    this.#keep();
    return entry.node;
  }

  async #work() {
    for (let entry; (entry = this.waiting[0]); ) {
      try {
        await this.#send(entry);
      } catch (why) {
        if (why.ended) this.session = false; // begins anew, with the same message
        if (why.ended && this.ends++ < 2) continue;
        if (why.ended) return this.#wait({ later: 0, message: why.message });
        if (why.refused) this.#refuse(entry, why.message);
        else if (why.later !== undefined) return this.#wait(why);
        else throw why;
      }
      this.#keep();
    }
    this.on.idle();
  }

  async #send(entry) {
    if (!this.session) {
      // First the session, then the message: if this answer is lost, no message is taken twice.
      await ask("session", "POST");
      this.session = true;
      this.on.began();
    }
    lines.mark(entry.node, "sending", texts.sending);
    const { id, text, picked, invite } = entry;
    const answer = await ask("messages", "POST", picked ? { id, picked } : { id, text, invite });
    this.tries = this.ends = 0;
    this.entries = this.entries.filter((other) => other !== entry);
    lines.settle(entry.node, answer.messages[0]?.answers);
    this.on.taken(entry, answer);
  }

  #wait({ later, message }) {
    const backing = Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries++);
    this.timer = setTimeout(() => this.drain(), Math.max(later * 1000, backing));
    for (const entry of this.waiting) {
      lines.mark(entry.node, "waiting", texts.waiting, { [texts.retry]: () => this.drain() });
    }
    this.on.told(message || (navigator.onLine ? "" : texts.offline));
  }

  #refuse(entry, sentence) {
    entry.refused = sentence;
    const again = () => {
      delete entry.refused;
      lines.mark(entry.node, "sending", texts.sending);
      this.drain();
    };
    const drop = () => {
      this.entries = this.entries.filter((other) => other !== entry);
      entry.node.remove();
      this.#keep();
      document.getElementById("text").focus();
    };
    lines.mark(entry.node, "failed", `${texts.failed} ${sentence}`, {
      [texts.retry]: again, [texts.discard]: drop,
    });
  }

  // A browser may forbid storage in a frame: then a reload forgets what was not sent.
  #keep() {
    try {
      const plain = this.entries.map(({ node, ...entry }) => entry);
      if (plain.length) sessionStorage.setItem(SHELF, JSON.stringify(plain));
      else sessionStorage.removeItem(SHELF);
    } catch {}
  }

  #shelf() {
    try {
      return JSON.parse(sessionStorage.getItem(SHELF)) ?? [];
    } catch {
      return [];
    }
  }
}
