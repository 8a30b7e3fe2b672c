// What is to say of an article or a poll follows what is typed. Without this script a button does the same.

const form = document.querySelector("#editor");
const WAIT = 900; // after the last key
let timer;
let number = 0;
let dirty = false;

async function look() {
  const mine = ++number;
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "check");
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body });
  } catch {
    return; // No connection: the next key tries again.
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== number) return;
  const looks = page.querySelector("#looks");
  const token = page.querySelector("[name=csrf]");
  const field = form.elements.csrf;
  if (answer.status === 403 && token?.value && token.value !== field.value) {
    field.value = token.value; // They signed in anew, elsewhere.
    return look();
  }
  const [shown, state] = [document.querySelector("#looks"), document.querySelector("#state")];
  if (looks && answer.ok) {
    const open = [...shown.querySelectorAll("details")].map((one) => one.open);
    looks.querySelectorAll("details").forEach((one, at) => (one.open = open[at] ?? false));
    shown.replaceChildren(...document.importNode(looks, true).childNodes);
    state.textContent = "";
    state.append(document.importNode(page.querySelector("#state a"), true));
  } else if (answer.redirected) {
    state.textContent = form.dataset.out;
  }
}

form.addEventListener("input", () => {
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
});
form.addEventListener("submit", () => (dirty = false));
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
