// Building elements. Text goes in as text nodes only: nothing that anybody wrote is ever read as HTML.

/** An element with attributes (null leaves one out, `on` holds listeners) and children (strings become text). */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

const PATHS = {
  star: "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6z",
  cross: "M6 6l12 12M18 6L6 18",
  alike: "M4 10c2.5-3 5-3 8 0s5.5 3 8 0M4 16c2.5-3 5-3 8 0s5.5 3 8 0",
  info: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 11v5M12 7.8v.2",
  undo: "M9 6L4.5 10.5 9 15M5 10.5h8.5a5 5 0 010 10H11",
  bin: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
  send: "M4.5 12L20 4.5 15.5 20l-3.5-6.5z",
  clip: "M19 11.5l-7.3 7.3a4.6 4.6 0 01-6.5-6.5l7.8-7.8a3 3 0 014.3 4.3l-7.8 7.7a1.5 1.5 0 01-2.1-2.1l7-7",
  dots: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  left: "M14.5 5.5L8 12l6.5 6.5",
  right: "M9.5 5.5L16 12l-6.5 6.5",
  link: "M13.5 5H19v5.5M19 5l-8.5 8.5M10 6H6.5A1.5 1.5 0 005 7.5v10A1.5 1.5 0 006.5 19h10a1.5 1.5 0 001.5-1.5V14",
  file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
  picture: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 8.8h.01",
  lock: "M7 11h10v8.5H7zM9 11V8a3 3 0 016 0v3",
};

/** What the emoji of buttons look like here; others are shown as they are. */
const ICONS = { "★": "star", "☆": "star", "👁": "eye", "✖": "cross", "≈": "alike", "ℹ": "info", "↩": "undo", "🗑": "bin" };

export function icon(name) {
  const path = svg("path", { d: PATHS[name] });
  return svg("svg", { viewBox: "0 0 24 24", class: `glyph glyph-${name}`, "aria-hidden": "true", focusable: "false" }, path);
}

/** An icon for a button's emoji, or the emoji itself. */
export function emblem(emoji) {
  const name = ICONS[emoji.replace("\ufe0f", "")];
  return name ? icon(name) : el("span", { class: "emoji", "aria-hidden": "true" }, emoji);
}
