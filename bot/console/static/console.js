// Keys, the list of all pages, and lists that bring themselves up to date.
// Every page works without this file; texts stand in the page, in its language.
"use strict";

const OFF = "single keys are off";
const palette = document.getElementById("palette");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isOff = () => localStorage.getItem(OFF) !== null;

// -- one key: j and k through a list, / to what filters it, ? for help ------------------------

const rows = () =>
  all("main tbody tr, main .cards li").map((row) => row.querySelector("a")).filter(Boolean);

function step(by) {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.querySelector(".filter input, .filter select")?.focus(),
  "?": () => location.assign("/help#keys"),
};

// What a key does on this page stands beside it. What writes to people is only gone to: Enter does it.
function deed(key) {
  const one = all("main [aria-keyshortcuts]").find((it) => it.getAttribute("aria-keyshortcuts") === key);
  return one && (() => {
    one.focus();
    if (!one.matches("input, [data-tells]")) one.click();
  });
}

const isWriting = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog");

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && palette) {
    event.preventDefault();
    open();
    return;
  }
  const act = KEYS[event.key] ?? deed(event.key);
  if (!act || isOff() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isWriting(event.target)) return;
  event.preventDefault();
  act();
});

const toggle = document.getElementById("single-keys");
if (toggle) {
  toggle.closest("p").hidden = false;
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}

// -- Ctrl-K: where one can go -----------------------------------------------------------------

const wanted = palette?.querySelector("input");
const shown = () => all("li:not([hidden]) a", palette);

function open() {
  if (palette.open) return;
  wanted.value = "";
  narrow();
  palette.showModal();
}

function narrow() {
  const words = wanted.value.trim().toLocaleLowerCase();
  for (const item of all("li", palette)) {
    const search = item.querySelector("a[data-search]");
    if (search) {
      search.href = search.dataset.search + encodeURIComponent(wanted.value.trim());
      search.querySelector("b").textContent = wanted.value.trim();
    }
    item.hidden = search ? !words : !item.textContent.toLocaleLowerCase().includes(words);
  }
}

function walk(event) {
  const links = shown();
  const at = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown") (links[at + 1] ?? links[0])?.focus();
  else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : wanted).focus();
  else if (event.key === "Enter" && at < 0) links[0]?.click();
  else return;
  event.preventDefault();
}

if (palette) {
  wanted.addEventListener("input", narrow);
  palette.addEventListener("keydown", walk);
  palette.querySelector("button").addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close(); // beside it
  });
  const opener = document.getElementById("go-to");
  opener.hidden = false;
  opener.addEventListener("click", open);
}

// -- what htmx brings -------------------------------------------------------------------------

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const came = new URL(xhr.responseURL || location.href).pathname;
  const asked = new URL(pathInfo.requestPath, location.href).pathname;
  if (came === asked && xhr.status < 400) return;
  event.detail.shouldSwap = false;
  location.reload(); // signed out meanwhile, say: the whole page tells why
});

document.addEventListener("htmx:afterSwap", (event) => {
  const news = document.getElementById("news");
  const byItself = event.detail.requestConfig?.headers?.["Citybot-Live"];
  if (news && byItself) news.textContent = news.dataset.said;
});
