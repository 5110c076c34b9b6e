// An answer of the API as something to look at and press.

import { el, emblem, icon } from "./dom.js";
import { address, drawFacts, drawPicture } from "./pictures.js";
import { tile } from "./tile.js";

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
let cards = 0;

/**
 * What shows an answer: `press(token)` is called by its buttons, `begin(text)` puts text where one types,
 * `enlarge(src, alt)` shows a picture large.
 */
export function drawAnswer(answer, { words, press, begin, enlarge }) {
  const button = (choice) => drawChoice(choice, press);
  const whole = el("div", { class: `answer${answer.error ? " error" : ""}`, "data-id": answer.id });
  // Answers of an earlier visit may know no pictures yet.
  const { pictures = [], facts = [] } = answer;
  const show = (picture) => drawPicture(picture, { words, enlarge, save: () => drawFile(picture, words) });
  // Words stand beside a picture where there is room for both.
  const root = pictures.length ? el("div", { class: "words" }) : whole;
  if (pictures.length) {
    const several = pictures.length > 1;
    whole.append(el("div", { class: several ? "pictures several" : "pictures" }, ...pictures.map(show)), root);
    whole.classList.toggle("seen", !several && pictures[0].data !== null);
  }
  const bubble = el("div", { class: "bubble" });
  if (answer.private && !answer.error) bubble.append(el("span", { class: "tag" }, icon("lock"), words["only-you"]));
  if (answer.text) bubble.append(el("p", { class: "text" }, answer.text));
  if (answer.items.length) {
    bubble.append(el("ul", { class: "items" }, ...answer.items.map((item) => el("li", {}, ...drawItem(item, begin)))));
  }
  if (bubble.childElementCount) root.append(bubble);
  if (facts.length) root.append(drawFacts(facts));
  if (answer.cards.length === 1) root.append(drawCard(answer.cards[0], words, button));
  if (answer.cards.length > 1) root.append(...drawRow(answer, words, button));
  if (answer.menu.length) {
    root.append(el("ul", { class: "choosers" }, ...answer.menu.map((choice) => el("li", {}, drawChoice(choice, press, "chooser")))));
  }
  for (const file of answer.files) root.append(drawFile(file, words));
  if (answer.choices.length) root.append(el("div", { class: "buttons" }, ...answer.choices.map(button)));
  const paged = answer.pager && answer.pager.pages.length !== answer.cards.length;
  if (paged) root.append(drawPager(answer.pager, words, press));
  return whole;
}

/** Whether there is anything to show but a toast. */
export const hasContent = (answer) =>
  Boolean(answer.text) || ["cards", "items", "facts", "pictures", "menu", "files"].some((part) => answer[part].length > 0);

/** A line of a list. One that begins with a command can be pressed to begin that command. */
function drawItem(item, begin) {
  const command = item.match(/^(\/[^—–:()]{1,40}?) ([—–]) (.*)$/su);
  if (!command) return [item];
  const start = el("button", { type: "button", class: "command", on: { click: () => begin(`${command[1]} `) } }, command[1]);
  return [start, el("span", {}, command[3])];
}

function drawChoice(choice, press, look = "button") {
  const inside = [
    choice.emoji ? emblem(choice.emoji) : null,
    el("span", { class: "label" }, choice.label),
    choice.detail ? el("span", { class: "detail" }, choice.detail) : null,
  ];
  const looks = `${look} ${choice.style}`;
  if (choice.url) {
    return el("a", { class: looks, href: choice.url, target: "_blank", rel: "noopener noreferrer" }, ...inside, icon("link"));
  }
  return el(
    "button",
    { type: "button", class: looks, disabled: choice.disabled || choice.token === null, "data-token": choice.token, on: { click: () => press(choice.token) } },
    ...inside,
  );
}

function drawCard(card, words, button) {
  const id = `card-${(cards += 1)}`;
  const cover = el("div", { class: "cover" }, tile(card.title, card.mal_id, card.subtitle));
  if (card.image_url) {
    // The drawn tile lies underneath: it is what is seen until the picture is there, or when it does not come.
    const picture = el("img", { src: card.image_url, alt: "", loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    picture.addEventListener("load", () => picture.classList.add("there"));
    picture.addEventListener("error", () => picture.remove());
    cover.append(picture);
  }
  const name = card.url
    ? el("a", { href: card.url, target: "_blank", rel: "noopener noreferrer" }, card.title)
    : card.title;
  return el(
    "article", { class: "card", "aria-labelledby": id, "data-mal-id": card.mal_id },
    el("div", { class: "head" }, cover,
      el("div", { class: "naming" },
        el("h3", { id }, name),
        card.subtitle ? el("p", { class: "subtitle" }, card.subtitle) : null,
        card.facts.length ? el("dl", { class: "facts" }, ...card.facts.flatMap((fact) => [el("dt", {}, fact.label), el("dd", {}, fact.value)])) : null,
      )),
    card.why ? el("p", { class: "why" }, el("b", {}, words.why), " ", card.why) : null,
    card.body ? drawBody(card.body, words) : null,
    card.footer ? el("p", { class: "footer" }, card.footer) : null,
    card.choices.length ? el("div", { class: "buttons" }, ...card.choices.map(button)) : null,
  );
}

/** A synopsis: its beginning, and the rest when asked for. */
function drawBody(text, words) {
  const body = el("p", { class: "body" }, text);
  if (text.length < 190) return body;
  body.classList.add("short");
  const more = el("button", { type: "button", class: "quiet more", "aria-expanded": "false" }, words.more);
  more.addEventListener("click", () => {
    const short = body.classList.toggle("short");
    more.textContent = short ? words.more : words.less;
    more.setAttribute("aria-expanded", String(!short));
  });
  return el("div", { class: "telling" }, body, more);
}

/** All cards side by side, with arrows and a jump to each. */
function drawRow(answer, words, button) {
  const row = el("div", { class: "row", tabindex: "0", role: "group", "aria-label": words.cards });
  row.append(...answer.cards.map((card) => drawCard(card, words, button)));
  const jump = el("select", { "aria-label": words.jump }, ...answer.cards.map((card, place) => el("option", { value: place }, `${place + 1} · ${card.title}`)));
  const goTo = (place) => {
    const card = row.children[Math.min(Math.max(place, 0), row.children.length - 1)];
    row.scrollTo({ left: card.offsetLeft - row.children[0].offsetLeft, behavior: calm() ? "auto" : "smooth" });
  };
  const place = () => {
    const nearest = [...row.children].map((card) => Math.abs(card.offsetLeft - row.children[0].offsetLeft - row.scrollLeft));
    return nearest.indexOf(Math.min(...nearest));
  };
  const previous = arrow("left", words.previous, () => goTo(place() - 1));
  const next = arrow("right", words.next, () => goTo(place() + 1));
  const settle = () => {
    jump.value = String(place());
    previous.disabled = row.scrollLeft < 4;
    next.disabled = row.scrollLeft > row.scrollWidth - row.clientWidth - 4;
    row.classList.toggle("end", next.disabled);
  };
  row.addEventListener("scroll", settle, { passive: true });
  new ResizeObserver(settle).observe(row);
  jump.addEventListener("change", () => goTo(Number(jump.value)));
  return [row, el("nav", { class: "pager", "aria-label": words.cards }, previous, jump, next)];
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const arrow = (side, label, go) =>
  el("button", { type: "button", class: "icon", "aria-label": label, title: label, on: { click: go } }, icon(side));

function drawPager(pager, words, press) {
  const { page, pages } = pager;
  const go = (to) => press(pages[to].token);
  const name = (number) => pages[number].label ?? fill(words["page-of"], { page: number + 1, pages: pages.length });
  const jump = el("select", { "aria-label": words.jump }, ...pages.map((_, number) => el("option", { value: number, selected: number === page }, name(number))));
  jump.addEventListener("change", () => go(Number(jump.value)));
  const previous = arrow("left", words.previous, () => go(page - 1));
  const next = arrow("right", words.next, () => go(page + 1));
  previous.disabled = page <= 0;
  next.disabled = page >= pages.length - 1;
  return el("nav", { class: "pager", "aria-label": words.jump }, previous, jump, next);
}

/** A file as something to save; after a reload its contents are gone from here. */
function drawFile(file, words) {
  if (file.data === null) {
    return el("p", { class: "file gone" }, icon("file"), el("span", { class: "label" }, file.name), el("span", { class: "detail" }, words["file-gone"]));
  }
  const bytes = Uint8Array.from(atob(file.data), (character) => character.charCodeAt(0));
  // Whatever it says it is, it is saved, never shown: a file must not run as a page of this site.
  const href = address(new Blob([bytes], { type: "application/octet-stream" }));
  const size = bytes.length < 1024 ? `${bytes.length} B` : `${(bytes.length / 1024).toFixed(1)} kB`;
  return el(
    "a", { class: "file", href, download: file.name, "aria-label": fill(words.download, { name: file.name }) },
    icon("file"), el("span", { class: "label" }, file.name), el("span", { class: "detail" }, size),
  );
}

/** Shows `answer` where `old` is, keeping the place in the row and the keyboard's place. */
export function replaceAnswer(old, fresh) {
  const scrolled = old.querySelector(".row")?.scrollLeft ?? 0;
  const buttons = [...old.querySelectorAll("button, a, select")];
  const focused = buttons.indexOf(document.activeElement);
  old.replaceWith(fresh);
  const row = fresh.querySelector(".row");
  if (row) row.scrollTo({ left: scrolled, behavior: "instant" });
  if (focused < 0) return;
  const now = [...fresh.querySelectorAll("button, a, select")];
  const usable = (element) => element && !element.disabled;
  const target = usable(now[focused]) ? now[focused] : now.slice(focused).find(usable) ?? now.find(usable);
  target?.focus({ preventScroll: true });
}
