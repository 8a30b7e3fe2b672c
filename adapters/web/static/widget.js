// Puts a button on a host's page that opens our chat in a frame. Settings are data- attributes of
// the script's own tag: position (left, right), lang, title. Nothing is stored; the frame is made
// when the button is first pressed. Styles are constructed, so the host's CSP needs no exception.

(() => {
  if (window.citybot) return;
  const PATIENCE = 1500; // ms after it has loaded that our page may take for its first word
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const all = "TEXTS";
  const wanted = [script.dataset.lang, document.documentElement.lang, ...navigator.languages];
  const language = wanted.map((tag) => (tag ?? "").split("-")[0].toLowerCase()).find((tag) => tag in all) ?? "en";
  const texts = all[language];
  const title = script.dataset.title || texts.open;

  const css = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    button, .panel { position: fixed; z-index: 2147483000; inset-block-end: 20px; }
    button { inline-size: 60px; block-size: 60px; padding: 0; border: 2px solid transparent;
      border-radius: 50%; background: #14524f; color: #fff; cursor: pointer;
      box-shadow: 0 2px 4px #0002, 0 8px 24px #0003; transition: transform .15s; }
    button:hover { background: #0d3f3d; transform: translateY(-2px); }
    button:focus-visible { outline: 3px solid #14524f; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    .right { right: 20px; } .left { left: 20px; }
    svg { inline-size: 28px; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; vertical-align: middle; }
    [aria-expanded="true"] .talk, [aria-expanded="false"] .cross { display: none; }
    .dot { position: absolute; inset: 2px 2px auto auto; inline-size: 14px; block-size: 14px;
      border-radius: 50%; background: #d9480f; border: 2px solid #fff; }
    .panel { inset-block-end: 96px; inline-size: min(410px, 100vw - 40px);
      block-size: min(680px, 100vh - 116px); border: 1px solid #8884; border-radius: 20px;
      overflow: hidden; background: Canvas; color-scheme: light dark;
      box-shadow: 0 4px 12px #0002, 0 16px 48px #0003; }
    .panel[hidden], .dot[hidden] { display: none; }
    iframe { inline-size: 100%; block-size: 100%; border: 0; display: block; }
    iframe[hidden], .panel > div[hidden] { display: none; }
    .panel > div { display: grid; gap: 16px; place-content: center; justify-items: start;
      block-size: 100%; padding: 28px; font: 17px/1.5 system-ui, sans-serif; color: CanvasText; }
    p { margin: 0; } a { color: LinkText; }
    .panel div button { position: static; inline-size: auto; block-size: auto; padding: 8px 16px;
      border-radius: 12px; font: inherit; }
    .hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    @media (max-width: 480px), (max-height: 420px) {
      .panel { inset: 0; inline-size: 100%; block-size: 100%; border: 0; border-radius: 0; }
      [aria-expanded="true"] { display: none; } }
    @media (prefers-color-scheme: dark) {
      button { background: #8fd3cb; color: #0b2b29; } button:hover { background: #b2e4de; }
      button:focus-visible { outline-color: #8fd3cb; box-shadow: 0 0 0 3px #111; } }
    @media (prefers-reduced-motion: reduce) { button { transition: none; } button:hover { transform: none; } }
    @media (forced-colors: active) { button { border-color: ButtonText; } .panel { border-color: CanvasText; } }`;

  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const icon = (name, path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(svg.namespaceURI, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  const side = script.dataset.position === "left" ? "left" : "right";
  const dot = make("span", { className: "dot", hidden: true });
  const launcher = make("button", { type: "button", className: side },
    icon("talk", "M4 5h16v11H10l-5 4v-4H4z"), icon("cross", "M6 6l12 12M18 6L6 18"), dot);
  const status = make("span", { className: "hidden" });
  status.setAttribute("role", "status");
  const panel = make("div", { className: `panel ${side}`, hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", title);
  let frame = null;
  let loaded = false;
  let heard = false; // a word from the frame: a browser does not say that it refused to show it

  const leave = make("button", { type: "button", textContent: texts.close });
  const away = make("a", { href: `${home}/chat?lang=${language}`, target: "_blank",
    rel: "noopener", textContent: texts.elsewhere });
  const refused = make("div", { hidden: true },
    make("p", { textContent: texts.refused }), make("p", {}, away), leave);
  panel.append(refused);

  function greet() {
    if (panel.hidden || !loaded) return;
    frame.contentWindow.postMessage({ citybot: "opened" }, home);
    setTimeout(() => heard || refuse(true), PATIENCE);
  }
  const label = (open) => {
    launcher.setAttribute("aria-expanded", String(open));
    launcher.setAttribute("aria-label", open ? texts.close : title);
  };

  function open() {
    const isNew = !frame;
    if (isNew) {
      frame = make("iframe", { title, src: `${home}/chat?embed=1&lang=${language}` });
      frame.addEventListener("load", () => {
        loaded = true;
        greet();
      });
      panel.append(frame);
    }
    panel.hidden = false;
    dot.hidden = true;
    status.textContent = "";
    label(true);
    frame.focus();
    if (!isNew) greet();
  }

  // Our page did not answer: this site is not among `embed_origins`, or we cannot be reached.
  function refuse(isRefused) {
    if (refused.hidden !== isRefused) return;
    const hadFocus = shadow.activeElement === frame;
    refused.hidden = !isRefused;
    frame.hidden = isRefused;
    if (isRefused && hadFocus) away.focus();
    if (isRefused) console.warn(`Citybot: ${home} may not be shown here. Is ${location.origin} in its embed_origins?`);
  }

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    label(false);
    launcher.focus();
  }

  leave.addEventListener("click", close);
  launcher.addEventListener("click", () => (panel.hidden ? open() : close()));
  addEventListener("message", (event) => {
    if (!frame || event.origin !== home || event.source !== frame.contentWindow) return;
    heard = true;
    refuse(false);
    if (event.data?.citybot === "close") close();
    if (event.data?.citybot === "news" && panel.hidden) {
      dot.hidden = false;
      status.textContent = texts.unread;
    }
  });

  const place = make("div", { id: "citybot" });
  const shadow = place.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(launcher, panel, status);
  shadow.addEventListener("keydown", (event) => event.key === "Escape" && close());
  label(false);
  window.citybot = { open, close };
  const begin = () => {
    document.body.append(place);
    // The button must not lie over a link the keyboard reached (WCAG 2.4.11).
    const page = document.documentElement;
    if (getComputedStyle(page).scrollPaddingBottom === "auto") page.style.scrollPaddingBottom = "96px";
    document.dispatchEvent(new CustomEvent("citybot:ready"));
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
