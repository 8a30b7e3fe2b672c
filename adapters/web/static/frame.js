// Speaks with the page that frames us, if there is one: only after it spoke first, only to it.

const inFrame = window.parent !== window;
let host = null; // the framing page's origin, as the browser tells it with its first word

function tell(word, more = {}) {
  if (host) window.parent.postMessage({ citybot: word, ...more }, host);
}

/** `opened` is called when the person opened the frame, so that they can type at once. */
export function meet(opened) {
  if (!inFrame) return;
  const close = document.querySelector(".close");
  close.addEventListener("click", () => tell("close"));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) tell("close");
  });
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.citybot !== "opened") return;
    host = event.origin;
    tell("here");
    close.hidden = false;
    opened();
  });
}

/** Something new is there: the launcher says so while the frame is closed. */
export function announce() {
  tell("news");
}
