// The line where one types, with its list of commands, options and values (an ARIA combobox).

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { locate, signature } from "./grammar.js";

const VALUES = new Set(["title", "titles", "genres", "choice"]);
const CHOSEN = new Set(["file", "pictures"]);
const SHOWN = 8;

/** A title's year and type, which tell apart titles of one name, less loud than the title. */
function softEnd({ label, option }) {
  const found = option ? null : label.match(/^(.+) (\([^()]+\))$/su);
  return found ? [found[1], " ", el("span", { class: "soft" }, found[2])] : [label];
}

export class Composer {
  /**
   * `send(shown, line)` gets what was typed and what it means; `loaded()` tells whether something goes along, so that no
   * words are needed; `pick(kind)` opens the chooser of files or of pictures.
   */
  constructor({ form, input, box, list, signature: header, send, loaded, pick }) {
    Object.assign(this, { form, input, box, list, header, send, loaded, pick });
    this.commands = [];
    this.words = {};
    this.items = [];
    this.active = -1;
    this.meant = new Map(); // what a completed value reads like -> what it means
    this.said = [];
    this.asked = null;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    input.addEventListener("input", () => this.suggest());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("focus", () => { if (input.value.startsWith("/")) this.suggest(); });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the line keeps the focus
    document.addEventListener("keydown", (event) => this.anywhere(event));
  }

  teach(commands, words) {
    this.commands = commands;
    this.words = words;
    this.input.placeholder = words.placeholder;
  }

  /** `/` typed anywhere else begins a command. */
  anywhere(event) {
    const typing = event.target.closest?.("input, select, textarea, dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.begin("/");
  }

  begin(text) {
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.suggest();
  }

  submit() {
    const shown = this.input.value.trim();
    if (!shown && !this.loaded()) return;
    if (shown) this.said.push(shown);
    this.recalled = null;
    this.input.value = "";
    this.close();
    this.send(shown, this.meaning(shown));
  }

  /** The line with completed values as what they mean. */
  meaning(line) {
    for (const [shown, value] of [...this.meant].sort((a, b) => b[0].length - a[0].length)) {
      line = line.replaceAll(shown, () => value);
    }
    return line;
  }

  key(event) {
    if (event.isComposing) return; // a Japanese or Vietnamese word is being put together
    const open = !this.box.hidden && this.items.length > 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (open) this.asked?.abort(); // what is being chosen from stays as it is
      if (open) this.point((this.active + step + this.items.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.items.length);
      else if (!this.recall(-step)) return;
    } else if (event.key === "Tab" && open && !event.shiftKey) {
      this.take(this.items[Math.max(this.active, 0)]);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      this.take(this.items[this.active]);
    } else if (event.key === "Escape" && !this.box.hidden) {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Earlier lines, as shells do it: only from an empty line, or while already among them. */
  recall(back) {
    if (!this.said.length || (this.input.value && this.recalled === null)) return false;
    const place = Math.min(Math.max((this.recalled ?? this.said.length) - back, 0), this.said.length);
    this.recalled = place;
    this.input.value = this.said[place] ?? "";
    if (place === this.said.length) this.recalled = null;
    return true;
  }

  recalled = null;

  async suggest() {
    this.recalled = null;
    this.asked?.abort();
    const text = this.input.value.slice(0, this.input.selectionStart ?? this.input.value.length);
    const where = locate(text, this.commands);
    if (where.stage === "none") return this.close();
    if (where.stage === "command") {
      const exact = where.fitting.find((one) => [one.name, one.shown].includes(where.query.trim()));
      const items = where.fitting.map((command) => ({
        label: `/${command.shown}`, detail: command.description, private: command.private,
        apply: () => this.put(0, `/${command.shown} `),
      }));
      // A finished command that needs nothing more is sent by Enter, everything else is completed by it.
      const ready = exact && !exact.options.some((option) => option.required);
      return this.show(items, null, ready || !items.length ? -1 : 0);
    }
    const { command, option, value, from } = where;
    const hints = this.hints(where);
    if (option === null || !VALUES.has(option.kind) || this.meant.has(value.trim())) return this.show(hints, command, -1);
    const asked = (this.asked = new AbortController());
    let found = [];
    try {
      found = (await api.complete(command.name, option.name, value, asked.signal)).suggestions;
    } catch {
      if (asked.signal.aborted) return;
    }
    if (asked.signal.aborted || document.activeElement !== this.input) return;
    const typed = value.trim().toLowerCase();
    const values = found
      .filter((one) => option.kind !== "choice" || one.label.toLowerCase().includes(typed) || one.value.includes(typed))
      .filter((one) => one.label.toLowerCase() !== typed)
      .slice(0, SHOWN)
      .map((one) => ({ label: one.label, detail: null, apply: () => this.putValue(from, one) }));
    this.show([...values, ...hints], command, -1);
  }

  /** The options that could follow. */
  hints({ word, left, value, from, command, option }) {
    const begun = word.toLowerCase();
    const fresh = value === "" || word === "" || value !== word || option?.name === command.rest;
    if (!fresh) return [];
    return left
      .filter((one) => (one.shown.startsWith(begun) || one.name.startsWith(begun)) && one.name !== option?.name)
      .filter((one) => one.name !== command.rest || value === "")
      .map((one) => ({
        label: CHOSEN.has(one.kind) ? one.shown : `${one.shown}:`, detail: one.description, option: true, needed: one.required,
        apply: () => (CHOSEN.has(one.kind) ? this.pick(one.kind) : this.put(Math.max(from, this.input.value.length - word.length), `${one.shown}:`)),
      }));
  }

  put(from, text) {
    const caret = this.input.selectionStart ?? this.input.value.length;
    const after = this.input.value.slice(caret);
    this.input.value = this.input.value.slice(0, from) + text + after;
    this.input.setSelectionRange(from + text.length, from + text.length);
    this.input.scrollLeft = this.input.scrollWidth;
    this.suggest();
  }

  putValue(from, { label, value }) {
    if (label !== value) this.meant.set(label, value);
    this.put(from, `${label} `);
  }

  take(item) {
    item.apply();
  }

  show(items, command, active) {
    this.items = items;
    this.list.replaceChildren(
      ...items.map((item, number) =>
        el(
          "li", { role: "option", id: `item-${number}`, "aria-selected": "false", class: item.option ? "option" : "value", on: { click: () => this.take(item) } },
          el("span", { class: "label" }, ...softEnd(item)),
          item.detail ? el("span", { class: "detail" }, item.detail) : null,
          item.private ? el("span", { class: "tag" }, icon("lock"), this.words["only-you"]) : null,
          item.needed ? el("span", { class: "tag" }, this.words.required) : null,
        )),
    );
    this.header.textContent = command ? signature(command) : "";
    this.header.hidden = command === null;
    this.box.hidden = items.length === 0 && command === null;
    this.input.setAttribute("aria-expanded", String(!this.box.hidden && items.length > 0));
    this.point(active);
  }

  point(number) {
    this.active = number;
    [...this.list.children].forEach((child, place) => child.setAttribute("aria-selected", String(place === number)));
    if (number < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `item-${number}`);
    this.list.children[number].scrollIntoView({ block: "nearest" });
  }

  close() {
    this.asked?.abort();
    this.show([], null, -1);
  }
}
