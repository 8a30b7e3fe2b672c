// Hears replies as they come: a stream of events, or looking now and then where there is none.

import { ask } from "./queue.js";

const OFTEN = 3_000;
const SELDOM = 15_000; // nothing came for a while
const HIDDEN = 60_000; // nobody looks at this page
const STREAM_AGAIN = 30_000;

export class Live {
  /** `on`: {heard(lines), ended(sentence), forgotten()}; begins at `cursor` once started. */
  constructor(cursor, on) {
    this.cursor = cursor;
    this.remembered = cursor > 0; // whether the house ever knew us by our cookie
    this.on = on;
    this.started = false;
    document.addEventListener("visibilitychange", () => this.started && this.#choose());
    addEventListener("online", () => this.started && this.#choose());
    addEventListener("pagehide", () => this.#hush());
    addEventListener("pageshow", (event) => event.persisted && this.started && this.#choose());
  }

  start() {
    if (this.started) return;
    this.started = true;
    this.#choose();
  }

  stop() {
    this.started = false;
    this.#hush();
  }

  /** The page has everything up to this cursor: the house is told, a moment later. */
  reached(cursor) {
    this.cursor = Math.max(this.cursor, cursor);
    this.latest = Date.now();
    clearTimeout(this.receipt);
    // It counts a reply as delivered only when we say that we have it.
    this.receipt = setTimeout(() => this.started && this.#look().catch(() => {}), 700);
  }

  #heard(lines, cursor) {
    this.on.heard(lines);
    this.reached(cursor);
  }

  #hush() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.timer);
    clearTimeout(this.again);
  }

  // A hidden page gives its connection back: a browser has only six for one house.
  #choose() {
    this.#hush();
    if (document.hidden) this.#poll();
    else this.#stream();
  }

  #stream() {
    let failures = 0;
    const source = (this.source = new EventSource(`/chat/api/events?after=${this.cursor}`));
    source.onopen = () => {
      failures = 0;
      clearTimeout(this.timer);
    };
    source.onmessage = (event) => this.#heard([JSON.parse(event.data)], Number(event.lastEventId));
    source.onerror = () => {
      failures += 1;
      this.#poll(); // until the stream is back
      if (source.readyState !== EventSource.CLOSED && failures < 3) return;
      source.close();
      this.again = setTimeout(() => this.started && this.#choose(), STREAM_AGAIN);
    };
  }

  async #poll() {
    clearTimeout(this.timer);
    await this.#look().catch(() => {});
    if (!this.started || this.source?.readyState === EventSource.OPEN) return;
    const busy = Date.now() - (this.latest ?? 0) < 60_000;
    this.timer = setTimeout(() => this.#poll(), document.hidden ? HIDDEN : busy ? OFTEN : SELDOM);
  }

  // Ended in another tab, or the browser keeps no cookie for a frame on a foreign page.
  #lost() {
    this.stop();
    if (this.remembered) this.on.ended("");
    else this.on.forgotten();
  }

  async #look() {
    try {
      const { messages, cursor, session } = await ask(`messages?after=${this.cursor}`);
      if (messages.length) this.#heard(messages, cursor);
      if (!session) this.#lost();
      this.remembered = session;
    } catch (why) {
      if (!why.ended) throw why;
      this.stop();
      this.on.ended(why.message);
    }
  }
}
