// The wall: the count as it grows, the time that is left, and when there is something to reveal.

const { here, texts, phases, ...begin } = document.body.dataset;
const [words, said] = [JSON.parse(texts), JSON.parse(phases)];
const find = (selector) => document.querySelector(selector);
const language = document.documentElement.lang;
const ASK = 5_000;
let now = { phase: begin.phase, closes_at: begin.closes, shown: begin.shown === "yes" };

function hear(state) {
  const moved = state.phase !== now.phase || state.shown !== now.shown;
  const more = state.count !== now.count;
  now = state;
  const count = find("#count");
  const told = new Intl.NumberFormat(language).format(state.count);
  if (count.textContent !== told) {
    count.textContent = told;
    count.classList.remove("new");
    void count.offsetWidth; // so that it moves again
    count.classList.add("new");
  }
  if (moved) turn();
  if (find("#result") && (more || moved)) refresh();
  tick();
}

function turn() {
  find("#phase").textContent = said[now.phase];
  const vote = find("#vote");
  if (vote) vote.hidden = !["early", "open"].includes(now.phase);
  find("#reveal").hidden = !now.shown || Boolean(find("#result"));
}

// -- the figures so far, where the poll shows them while it is open --------------------------------

let waits;

function refresh() {
  waits ??= setTimeout(async () => {
    waits = undefined;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#result");
      if (answer.ok && fresh) find("#result").replaceWith(fresh);
    } catch {
      // The next change tries again.
    }
  }, ASK);
}

// -- the time that is left --------------------------------------------------------------------------

function tick() {
  const left = find("#left");
  const seconds = Math.max(0, Math.ceil((Date.parse(now.closes_at) - Date.now()) / 1000));
  const over = now.phase !== "open" || !seconds;
  left.parentElement.hidden = over;
  if (over) return;
  const parts = {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3_600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
  const form = parts.days ? "days" : parts.hours ? "hours" : "minutes";
  left.textContent = words[form].replace(/\{(\w+)\}/g, (_all, name) => parts[name]);
}

// -- how it comes -----------------------------------------------------------------------------------

let asking;

async function ask() {
  try {
    const answer = await fetch(`${here}/state`, { headers: { Accept: "application/json" } });
    if (answer.ok) hear(await answer.json());
  } catch {
    // The next one tries again.
  }
}

function listen() {
  const stream = new EventSource(`${here}/live`);
  stream.addEventListener("message", ({ data }) => {
    clearInterval(asking);
    asking = undefined;
    hear(JSON.parse(data));
  });
  stream.addEventListener("error", () => (asking ??= setInterval(ask, ASK)));
}

tick();
setInterval(tick, 1_000);
listen();
