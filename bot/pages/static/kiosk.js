// The kiosk: one ballot after the other, kept on this tablet until the house has answered. Without
// this script each ballot is a plain form.

const here = document.body.dataset.here;
const texts = JSON.parse(document.body.dataset.texts);
const start = document.querySelector("#start");
const waiting = document.querySelector(".waiting");
const page = document.documentElement.lang;
const [IDLE, ASKED, THANKS] = [60_000, 20_000, 15_000];
const [SOON, PATIENCE] = [5_000, 3_000];
const ROOM = 40_000; // bytes; the house takes 48 KiB

// -- what is kept --------------------------------------------------------------------------------

const place = `kiosk:${here}`;
const answered = new Map(); // what waits for an answer on the screen: id to how to say it
let kept = { slips: [], late: 0, refused: 0 };
try {
  kept = { ...kept, ...JSON.parse(localStorage.getItem(place)) };
} catch {
  // No storage here: kept as long as the page stays open.
}

function keep(over = false) {
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // As above.
  }
  const { one_waits, many_wait, late, refused, over: ended } = texts[page];
  const count = kept.slips.length;
  const said = [
    count === 1 ? one_waits : count ? many_wait.replace("{count}", count) : "",
    kept.late ? late.replace("{count}", kept.late) : "",
    kept.refused ? refused.replace("{count}", kept.refused) : "",
    over ? ended : "",
  ];
  waiting.textContent = said.filter(Boolean).join(" ");
  waiting.dataset.count = count;
}

function put(slip) {
  // Not in the order of their coming: who takes the tablet learns of nobody from the order.
  kept.slips.splice(Math.floor(Math.random() * (kept.slips.length + 1)), 0, slip);
  keep();
  send();
}

// -- saying it to the house ------------------------------------------------------------------------

let busy = false;
let timer;
let alone = false; // a bundle was not taken: one by one shows which slip it was

function bundle() {
  let size = 0;
  const fits = (slip) => (size += new TextEncoder().encode(JSON.stringify(slip)).length) < ROOM;
  const many = kept.slips.slice(0, alone ? 1 : 100).filter(fits);
  return many.length ? many : kept.slips.slice(0, 1);
}

async function send() {
  clearTimeout(timer);
  if (busy || !kept.slips.length) return;
  busy = true;
  const sent = bundle();
  let again = false;
  try {
    const answer = await fetch(`${here}/slips`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ slips: sent }),
      signal: AbortSignal.timeout?.(20_000),
    });
    if (answer.ok) took((await answer.json()).slips);
    else if (answer.status === 404) keep(true);
    else if ([400, 413, 415].includes(answer.status)) doubt(sent);
    else throw new Error(answer.status);
    again = answer.status !== 404;
  } catch {
    timer = setTimeout(send, SOON);
  }
  busy = false;
  if (again) send();
}

function took(slips) {
  const by = new Map(slips.map((slip) => [slip.id, slip]));
  kept.slips = kept.slips.filter((slip) => !by.has(slip.id));
  kept.late += slips.filter((slip) => slip.became === "late").length;
  kept.refused += slips.filter((slip) => slip.became === "refused").length;
  alone = false;
  keep();
  for (const slip of slips) answered.get(slip.id)?.(slip);
}

function doubt(sent) {
  if (sent.length === 1) took([{ id: sent[0].id, became: "refused" }]);
  else alone = true;
}

// -- one question at a time ------------------------------------------------------------------------

let ballot; // the section that is open
let step = 0;
const steps = () => [...ballot.querySelectorAll(".step")];
const find = (selector) => ballot.querySelector(selector);

function opened() {
  const found = document.getElementById(location.hash.slice(1));
  if (ballot && ballot !== found) clear(ballot);
  ballot = found?.classList.contains("ballot") ? found : undefined;
  if (ballot) show(0);
  else scrollTo(0, 0);
  rest();
}

function clear(section) {
  const form = section.querySelector("form");
  form.reset();
  form.hidden = false;
  section.querySelector(".said").hidden = true;
  section.querySelector(".still").hidden = true;
  for (const wrong of section.querySelectorAll(".wrong, .left, .receipt")) wrong.textContent = "";
  for (const list of section.querySelectorAll("[data-shuffled]")) shuffle(list);
}

function shuffle(list) {
  const options = [...list.children];
  for (let last = options.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [options[last], options[other]] = [options[other], options[last]];
  }
  list.append(...options);
}

function show(number) {
  step = number;
  const all = steps();
  all.forEach((one, at) => (one.hidden = at !== step));
  const last = step === all.length - 1;
  find("header").hidden = find(".rules").hidden = step > 0;
  find(".back").hidden = step === 0;
  find(".next").hidden = last;
  find(".cast").hidden = !last;
  scrollTo(0, 0);
  all[step].querySelector("legend").focus({ preventScroll: true });
}

function fits(one) {
  const { kind, least, most } = one.dataset;
  const unsaid = one.querySelector(".alone :checked"); // "I do not know"
  const values = [...one.querySelectorAll("input:checked, select, textarea, [type=number]")]
    .map((field) => field.value.trim())
    .filter(Boolean);
  const points = values.reduce((sum, value) => sum + Number(value), 0);
  const good =
    Boolean(unsaid) ||
    {
      statements: () => true,
      text: () => values.length === 1,
      budget: () => points >= 1 && points <= most && values.every((value) => value >= 0),
      multiple: () => values.length >= least && values.length <= most,
      ranking: () =>
        values.length >= least &&
        [...values].sort((a, b) => a - b).every((value, at) => Number(value) === at + 1),
    }[kind]?.() ||
    (!["budget", "multiple", "ranking", "text"].includes(kind) && values.length === 1);
  const wrong = one.querySelector(".wrong");
  wrong.textContent = good ? "" : wrong.dataset.said;
  return good;
}

function left(one) {
  const given = [...one.querySelectorAll("[type=number]")].map((field) => Number(field.value));
  const points = one.dataset.most - given.reduce((sum, value) => sum + value, 0);
  one.querySelector(".left").textContent = texts[ballot.lang].points.replace("{left}", points);
}

function chosen(event) {
  const one = event.target.closest(".step");
  if (!one) return;
  if (event.target.matches(".alone input") && event.target.checked) blank(one, event.target);
  else if (event.type === "input")
    for (const box of one.querySelectorAll(".alone input:checked"))
      if (box !== event.target) box.checked = false;
  if (one.dataset.kind === "budget") left(one);
  if (one.querySelector(".wrong").textContent) fits(one);
}

function blank(one, kept) {
  for (const field of one.querySelectorAll("input, select, textarea"))
    if (field === kept) continue;
    else if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    else field.value = "";
}

// -- the vote --------------------------------------------------------------------------------------

function cast(event) {
  event.preventDefault();
  if (!fits(steps()[step])) return;
  if (step < steps().length - 1) return show(step + 1);
  const fields = Object.fromEntries(new FormData(event.target));
  const { id: _unused, language, ...marks } = fields;
  const id = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const section = ballot;
  event.target.hidden = true;
  const wait = setTimeout(() => thank(section, "kept"), PATIENCE);
  answered.set(id, ({ became, receipt }) => {
    clearTimeout(wait);
    answered.delete(id);
    const told = { late: "too_late", refused: "not_taken" }[became] ?? (receipt ? "counted" : "known");
    if (section === ballot) thank(section, told, receipt);
  });
  put({ id, language, fields: marks });
}

function thank(section, told, receipt = "") {
  if (section !== ballot) return;
  const text = texts[section.lang][told].replace("{receipt}", receipt);
  section.querySelector(".receipt").textContent = text;
  const said = section.querySelector(".said");
  said.hidden = false;
  said.querySelector("h2").hidden = ["too_late", "not_taken"].includes(told);
  said.querySelector("h2").focus({ preventScroll: true });
  rest(THANKS);
}

// -- nobody there ----------------------------------------------------------------------------------

let idle;

function rest(after = IDLE) {
  clearTimeout(idle);
  if (!ballot) return;
  idle = setTimeout(find(".said").hidden ? ask : leave, after);
}

function ask() {
  const still = find(".still");
  still.hidden = false;
  still.querySelector("button").focus();
  idle = setTimeout(leave, ASKED);
}

function stay() {
  find(".still").hidden = true; // not before the press is over: it would fall on what lies below
  show(step);
  rest();
}

function touched() {
  if (ballot && find(".still").hidden) rest(find(".said").hidden ? IDLE : THANKS);
}

function leave() {
  location.replace(kept.late && navigator.onLine ? here : "#start"); // it may be over
}

// -- ---------------------------------------------------------------------------------------------

for (const section of document.querySelectorAll(".ballot")) {
  section.querySelector("form").noValidate = true;
  section.addEventListener("submit", cast);
  section.addEventListener("input", chosen);
  section.querySelector(".next").addEventListener("click", () => {
    if (fits(steps()[step])) show(step + 1);
  });
  section.querySelector(".still button").addEventListener("click", stay);
  section.querySelector(".back").addEventListener("click", () => show(step - 1));
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  event.preventDefault(); // no trail of pages to go back to: the next person would see it
  location.replace(link.getAttribute("href"));
});
for (const seen of ["pointerdown", "keydown", "input", "scroll"])
  addEventListener(seen, touched, true);
addEventListener("hashchange", opened);
addEventListener("online", send);

const full = document.querySelector(".full");
full.hidden = !document.fullscreenEnabled;
full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));

if (!document.querySelector(".ballot")) setTimeout(() => location.reload(), IDLE); // not open now
if (location.hash) location.replace("#start"); // a page that was loaded again begins anew
keep();
send();
