// Makes the page live. Without this script it works as well, a page at a time.

import { announce, meet } from "./frame.js";
import * as lines from "./lines.js";
import { Live } from "./live.js";
import { ask, newKey, Queue } from "./queue.js";

const { texts } = lines;
const page = document.body.dataset;
const limit = Number(page.limit);
const [box, composer, field, room, notice, thinking, newer, leave] = [
  "#talk", ".composer", "#text", "#room", ".notice", ".thinking", ".newer", ".leave",
].map((selector) => document.querySelector(selector));

// Where the focus goes when its place is gone. On a phone the field would open a keyboard over the talk.
function rest() {
  const place = matchMedia("(pointer: coarse)").matches ? box : field;
  place.focus({ preventScroll: true });
}

// -- hearing ---------------------------------------------------------------------------------

let refresh = false; // the page may differ from what the house has kept

const live = new Live(Number(page.cursor), {
  async heard(messages) {
    await queue.work; // our own line first, then the answer to it
    show(messages);
  },
  ended(sentence) {
    queue.session = false;
    tell(sentence);
  },
  forgotten: () => tell(texts.forgetful),
});

const queue = new Queue("session" in page, {
  began: begun,
  taken(entry, answer) {
    tell("");
    show(answer.messages);
    live.reached(answer.cursor);
    live.start();
    think(!answer.messages.length);
    siblings?.postMessage("said");
    // It came before; or it may have been the "yes" that deletes everything.
    if (answer.status === "known" || entry.picked) refresh = true;
  },
  idle: () => refresh && look(),
  told(sentence) {
    think(false);
    tell(sentence);
  },
});

function begun() {
  leave.hidden = false;
  const examples = document.querySelector(".examples");
  if (examples?.contains(document.activeElement)) rest();
  examples?.remove();
}

async function look() {
  refresh = false;
  const talk = await ask("messages").catch(() => null);
  if (!talk?.session) return;
  queue.session = true;
  begun();
  lines.sync(talk.messages);
  live.reached(talk.cursor);
  live.start();
}

// Another tab of the same talk said something: we show it too.
const siblings = "BroadcastChannel" in window ? new BroadcastChannel("citybot") : null;
siblings?.addEventListener("message", ({ data }) => {
  if (data === "ended") return location.reload();
  refresh = true;
  if (!queue.work) look();
});

function show(messages) {
  const added = messages.map(lines.add).filter(Boolean);
  if (!added.length) return;
  think(false);
  announce();
  if (follows) reveal(added[0]);
  else newer.hidden = false;
}

// -- what the page says by itself --------------------------------------------------------------

function tell(sentence) {
  if (notice.textContent !== sentence) notice.textContent = sentence;
}

let patience;
function think(whether) {
  clearTimeout(patience);
  thinking.hidden = !whether;
  thinking.textContent = whether ? texts.thinking : "";
  if (whether) patience = setTimeout(() => think(false), 20_000);
}

// -- scrolling ---------------------------------------------------------------------------------

// Where there is room the talk scrolls by itself, on a low screen the whole page does.
const scroller = () => (getComputedStyle(box).overflowY === "auto" ? box : document.scrollingElement);
const toEnd = () => scroller().scrollTo({ top: scroller().scrollHeight });
let follows = true; // until the person scrolls up to read
let before = 0;
document.addEventListener("scroll", () => {
  const { scrollTop, scrollHeight, clientHeight } = scroller();
  const isBelow = scrollHeight - scrollTop - clientHeight < 120;
  follows = isBelow || (follows && scrollTop >= before);
  before = scrollTop;
  if (isBelow) newer.hidden = true;
}, { capture: true, passive: true });
addEventListener("resize", () => follows && toEnd());

// A long answer is read from its beginning, with the question above it if there is one.
function reveal(node) {
  const question = node.previousElementSibling?.matches(".you") ? node.previousElementSibling : node;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  question.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

newer.addEventListener("click", () => {
  newer.hidden = true;
  toEnd();
  field.focus();
});

// -- saying ------------------------------------------------------------------------------------

function say(what) {
  const node = queue.say({ ...what, ...arrived() });
  follows = true;
  think(true);
  begun();
  reveal(node);
}

// The link they came by leads there once: at the next look at this address the talk simply goes on.
function arrived() {
  const invite = composer.elements.invite;
  if (!invite) return {};
  const here = new URL(location.href);
  here.searchParams.delete("invite");
  history.replaceState(history.state, "", here);
  document.querySelector(".invited")?.remove();
  invite.remove();
  return { invite: invite.value };
}

// A double tap says it once, however late its second half or the answer to the first comes.
const DOUBLE = 1000;
let last = {};
function tappedTwice(button, at) {
  const again = button === last.button && at - last.at < DOUBLE;
  if (!again) last = { button, at };
  return again || queue.waiting.some(({ picked }) => picked === button.value);
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("[data-say]") || !button) return;
  event.preventDefault();
  if (tappedTwice(button, event.timeStamp)) return;
  const text = button.textContent.trim();
  say(button.name === "picked" ? { text, picked: button.value } : { text: button.value });
});

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  const count = [...text].length;
  if (!text || count > limit) {
    room.textContent = text ? texts.too_long.replace("{limit}", limit) : texts.empty;
    field.focus();
    return;
  }
  field.value = "";
  grow();
  say({ text });
  field.focus({ preventScroll: true });
});

field.addEventListener("keydown", (event) => {
  // While Chinese is being composed, Enter picks a character.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  composer.requestSubmit();
});

field.addEventListener("input", grow);
function grow() {
  const left = limit - [...field.value].length;
  room.textContent = left < 200 ? texts.left.replace("{left}", left) : "";
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

leave.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask("session", "DELETE");
  } catch (why) {
    if (!why.ended) return tell(why.message || texts.offline);
  }
  queue.forget();
  siblings?.postMessage("ended");
  location.replace(composer.action);
});

// With a talk going on, the talk itself changes its language too.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-language]");
  if (!link || !queue.session) return;
  event.preventDefault();
  const form = lines.make("form", { method: "post", action: link.href, hidden: true });
  const fields = { id: newKey(), picked: `language:${link.dataset.language}` };
  for (const [name, value] of Object.entries(fields)) form.append(lines.make("input", { name, value }));
  document.body.append(form);
  form.submit();
});

// -- begin -------------------------------------------------------------------------------------

composer.noValidate = true;
field.removeAttribute("maxlength"); // would cut a pasted text without a word
grow();
queue.restore();
if (queue.session) {
  live.start();
  toEnd();
}
meet(rest);
