// The door: keeps what is scanned on this device until the house has it. Without this script the
// page is a plain form.

const page = document.body.dataset;
const texts = JSON.parse(page.texts);
const [form, field, list, last, waiting, counts, camera, view] = [
  "#type", "#reference", "#list", "#last", "#waiting", "#counts", "#camera", "#view",
].map((selector) => document.querySelector(selector));
const REFERENCE = /^[2-9B-DF-HJKMNP-TV-XZ]{9}$/; // bot/services/references.py
const AT_ONCE = 100;
const [SOON, LOOK] = [5_000, 10_000];

// -- what is kept ------------------------------------------------------------------------------

const place = `door:${page.here}`;
let queue = [];
try {
  queue = JSON.parse(localStorage.getItem(place)) ?? [];
} catch {
  // No storage here: kept as long as the page stays open.
}

function keep() {
  try {
    localStorage.setItem(place, JSON.stringify(queue));
  } catch {
    // As above.
  }
  const count = queue.length;
  const said = count === 1 ? texts.one_waits : texts.many_wait.replace("{count}", count);
  const isLate = queue.some((scan) => Date.now() - scan.at > 2_000) || !navigator.onLine;
  waiting.textContent = count && isLate ? said : "";
}

// -- saying it to the house ----------------------------------------------------------------------

let busy = false;
let timer;

async function send() {
  clearTimeout(timer);
  if (busy || !queue.length) return;
  busy = true;
  const sent = queue.slice(0, AT_ONCE);
  const scans = sent.map(({ at, ...scan }) => ({ ...scan, ago: Math.max(0, Date.now() - at) }));
  try {
    const answer = await fetch(`${page.here}/scans?lang=${page.lang}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ scans }),
    });
    if (answer.ok) took(await answer.json(), sent);
    else if (answer.status === 404) waiting.textContent = texts.over;
    else throw new Error(answer.status);
    busy = false;
    if (answer.ok) send();
  } catch {
    busy = false;
    timer = setTimeout(send, SOON);
    keep();
  }
}

function took({ scans, door }, sent) {
  const ids = new Set(sent.map((scan) => scan.id));
  queue = queue.filter((scan) => !ids.has(scan.id));
  keep();
  scans.forEach(show);
  count(door);
}

function count(door) {
  const said = texts.counts.replace("{here}", door.here).replace("{expected}", door.expected);
  if (counts.textContent !== said) counts.textContent = said;
}

async function look() {
  if (document.hidden || busy || queue.length) return;
  const answer = await fetch(`${page.here}/door`, { headers: { Accept: "application/json" } });
  if (answer.ok) count((await answer.json()).door);
}

// -- what staff see ------------------------------------------------------------------------------

const rows = new Map();

function show(scan) {
  const row = rows.get(scan.id) ?? list.insertBefore(document.createElement("li"), list.firstChild);
  rows.set(scan.id, row);
  const name = scan.name || scan.reference;
  const words = [name, scan.seats, scan.text].filter(Boolean).join(" · ");
  const line = document.createElement("span");
  line.dir = "auto";
  line.textContent = words;
  row.replaceChildren(line);
  if (scan.outcome === "in" || scan.outcome === "already") row.append(undo(scan));
  tell(name, scan.text, scan.outcome);
}

function tell(name, text, outcome) {
  const said = document.createElement("p");
  said.className = `outcome ${outcome}`;
  const who = document.createElement("strong");
  who.dir = "auto";
  who.textContent = name;
  said.append(who, document.createElement("br"), text);
  last.replaceChildren(said);
  navigator.vibrate?.(outcome === "in" ? 60 : [60, 60, 60]);
}

function undo(scan) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = texts.undo;
  button.setAttribute("aria-label", `${texts.undo}: ${scan.name || scan.reference}`);
  button.addEventListener("click", () => {
    button.remove();
    field.focus();
    add(scan.reference, "out");
  });
  return button;
}

// -- scanning ------------------------------------------------------------------------------------

function add(reference, what = "in") {
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const scan = { id, reference, what, at: Date.now() };
  queue.push(scan);
  keep();
  if (!navigator.onLine) show({ id, reference, text: texts.kept, outcome: "kept" });
  send();
}

function read(text) {
  const plain = text.normalize("NFKC").toUpperCase().replace(/[\s-]/g, "");
  return REFERENCE.test(plain) ? plain.match(/.../g).join("-") : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const reference = read(field.value);
  if (!reference) return tell(field.value, texts.short, "short");
  field.value = "";
  field.focus();
  add(reference);
});

let seen = "";
let stream;

async function scan(detector) {
  while (stream) {
    const codes = await detector.detect(view).catch(() => []);
    const reference = read(codes[0]?.rawValue ?? "");
    if (reference && reference !== seen) {
      seen = reference;
      setTimeout(() => (seen = ""), 4_000);
      add(reference);
    }
    await new Promise((done) => setTimeout(done, 150));
  }
}

async function toggle() {
  if (stream) {
    for (const track of stream.getTracks()) track.stop();
    stream = undefined;
  } else {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.srcObject = stream;
      view.play().catch(() => {}); // the pictures come when the camera is ready
      scan(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch {
      stream = undefined;
      tell("", texts.camera_off, "short");
    }
  }
  view.hidden = !stream;
  camera.textContent = stream ? texts.stop : texts.start;
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  document.querySelector(".camera").hidden = false;
  camera.addEventListener("click", toggle);
}
addEventListener("online", send);
setInterval(() => look().catch(() => {}), LOOK);
document.querySelector(".undo")?.remove();
keep();
send();
