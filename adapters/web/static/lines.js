// Draws the talk: lines of both sides, each once, in order.

export const texts = JSON.parse(document.body.dataset.texts);
const language = document.documentElement.lang;
const list = document.querySelector(".lines");
const keyOf = (line) => `${line.from}:${line.id}`;
export const find = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);

export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// Everything a person or an article wrote becomes text nodes, never markup.
function paragraphs(text) {
  return text.split(/\n{2,}/).filter((part) => part.trim())
    .map((part) => make("p", { dir: "auto" }, part.trim()));
}

function linkTo(url, label, more) {
  const link = { href: url, rel: "noopener noreferrer", dir: "auto", ...more };
  return make("li", {}, make("a", link, label));
}

function fill(node, selector, items) {
  const box = node.querySelector(selector);
  box.append(...items);
  box.hidden = !items.length;
}

const isWeb = (url) => /^(https?:\/\/|\/chat\/files\/)/.test(url);
const UNSENT = ["sending", "waiting", "failed"];
const firstUnsent = () => list.querySelector(UNSENT.map((s) => `[data-state="${s}"]`).join());

function showTime(node) {
  const moment = new Date(node.dateTime);
  if (isNaN(moment)) return;
  node.textContent = moment.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function draw(line) {
  const node = document.getElementById(line.from).content.firstElementChild.cloneNode(true);
  node.dataset.key = keyOf(line);
  node.querySelector(".text").replaceChildren(...paragraphs(line.text));
  fill(node, ".links", (line.links ?? []).filter((link) => isWeb(link.url))
    .map((link) => linkTo(link.url, link.label, { target: "_blank" })));
  fill(node, ".files", (line.attachments ?? []).filter((file) => isWeb(file.url))
    .map((file) => linkTo(file.url, file.name, { download: file.name })));
  fill(node, ".choices", (line.choices ?? [])
    .map((choice) => make("button", { name: "picked", value: choice.value, dir: "auto" }, choice.label)));
  const time = node.querySelector("time");
  time.dateTime = line.at;
  showTime(time);
  return node;
}

/** Adds a line at the end unless it is there; gives its element if it is new. */
export function add(line) {
  if (find(keyOf(line))) return null;
  const node = draw(line);
  // What was not taken yet stays below what is certain.
  list.insertBefore(node, firstUnsent());
  return node;
}

/** Adds what the person says before the house has taken it. */
export function addOwn(entry) {
  const node = draw({ from: "you", id: entry.id, text: entry.text, at: entry.at });
  list.append(node);
  return node;
}

/** The house took our line: it now has the id the house knows it by. */
export function settle(node, id) {
  mark(node, "sent");
  const refused = firstUnsent();
  // What was said after a line the house refused would else stand below its own answer.
  if (refused && refused.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) {
    list.insertBefore(node, refused);
  }
  if (id == null) return;
  if (find(`you:${id}`)) node.remove();
  else node.dataset.key = `you:${id}`;
}

/** Shows how a line of ours stands, and what one can do about it. */
export function mark(node, state, sentence = "", actions = {}) {
  node.dataset.state = state;
  const buttons = Object.entries(actions).map(([label, act]) => {
    const button = make("button", { type: "button" }, label);
    button.addEventListener("click", act);
    return button;
  });
  // That a message is on its way is for the eye only: a screen reader would say it every time.
  const said = make("span", { ariaHidden: String(state === "sending") }, sentence);
  node.querySelector(".state").replaceChildren(said, ...buttons);
}

/** Makes the page equal to what the house has kept; what still waits to be sent stays. */
export function sync(lines) {
  const known = new Set(lines.map(keyOf));
  for (const node of list.querySelectorAll(".line")) {
    if (!UNSENT.includes(node.dataset.state) && !known.has(node.dataset.key)) node.remove();
  }
  let place = list.firstElementChild;
  for (const line of lines) {
    const there = find(keyOf(line));
    if (there) place = there.nextElementSibling;
    else list.insertBefore(draw(line), place);
  }
}

document.querySelectorAll("time").forEach(showTime);
