// Pictures and videos: those about to be sent, those that were, and those of answers.

import { el, icon } from "./dom.js";

/** What may be shown here. Anything else, SVG above all, is only ever saved. */
const SHOWN = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp", "video/mp4", "video/webm"]);
const ENDINGS = /\.(png|apng|jpe?g|jfif|webp|gif|bmp|avif|mp4|webm)$/i;
const urls = new Set();

/** Whether a file is to be looked at, rather than a list to be read. */
export const isPicture = (file) => /^(image|video)\//.test(file.type) || ENDINGS.test(file.name);

export function address(blob) {
  const url = URL.createObjectURL(blob);
  urls.add(url);
  return url;
}

/** Lets go of every picture that was shown. */
export function forget() {
  for (const url of urls) URL.revokeObjectURL(url);
  urls.clear();
}

/** A file as base64. */
export function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

/** What the API calls an Upload. */
export const upload = async (file) => ({
  name: file.name.slice(0, 200) || "picture", media_type: file.type.slice(0, 100) || "application/octet-stream", data: await encoded(file),
});

/** A small picture of `{name, src, video}`; without `src` its name alone. */
export function thumb({ name, src, video }) {
  const bare = () => el("span", { class: "thumb bare", role: "img", "aria-label": name, title: name }, icon("picture"));
  if (!src) return bare();
  const shown = video
    ? el("video", { class: "thumb", src, preload: "metadata", playsinline: true, "aria-label": name, title: name })
    : el("img", { class: "thumb", src, alt: name, title: name, decoding: "async" });
  if (video) shown.muted = true;
  shown.addEventListener("error", () => shown.replaceWith(bare()), { once: true });
  return shown;
}

/** What somebody sent, over their words. */
export function drawSent(pictures, words) {
  const gone = pictures.some((picture) => !picture.src);
  return el(
    "div", { class: "sent" },
    el("div", { class: "thumbs" }, ...pictures.map(thumb)),
    gone ? el("p", { class: "gone-note" }, words["picture-gone"]) : null,
  );
}

/** A picture of an answer: `enlarge(src, alt)` shows it large, `save()` draws it as a file where it cannot be shown. */
export function drawPicture(picture, { words, enlarge, save }) {
  if (picture.data === null) {
    return el(
      "div", { class: "file gone" }, icon("picture"),
      el("p", {}, picture.description ? el("span", { class: "label" }, picture.description) : null, " ", el("span", { class: "detail" }, words["picture-gone"])),
    );
  }
  if (!SHOWN.has(picture.media_type)) return save();
  const bytes = Uint8Array.from(atob(picture.data), (character) => character.charCodeAt(0));
  const src = address(new Blob([bytes], { type: picture.media_type }));
  const alt = picture.description ?? "";
  if (picture.media_type.startsWith("video/")) {
    const video = el("video", { class: "picture", src, controls: true, loop: true, playsinline: true, "aria-label": alt || picture.name });
    video.muted = true;
    video.addEventListener("error", () => video.replaceWith(save()), { once: true });
    return video;
  }
  const image = el("img", { src, alt: alt || picture.name });
  const button = el("button", { type: "button", class: "picture", title: words.enlarge, "aria-haspopup": "dialog", on: { click: () => enlarge(src, alt) } }, image);
  image.addEventListener("error", () => button.replaceWith(save()), { once: true });
  return button;
}

/** Titled paragraphs; where one is a list of tags with scores, it becomes chips. */
export function drawFacts(facts) {
  return el("dl", { class: "findings" }, ...facts.flatMap(({ label, value }) => [el("dt", {}, label), el("dd", {}, drawFact(value))]));
}

function drawFact(value) {
  const tags = value.split(" · ").map((part) => part.match(/^(.+) (\d{1,3})$/su));
  if (!tags.every((tag) => tag !== null && Number(tag[2]) <= 100)) return value;
  return el("ul", { class: "chips" }, ...tags.map(([, name, score]) => el("li", { class: "chip" }, name, " ", el("span", { class: "score" }, score))));
}

/** The pictures about to be sent: chips over the line, and what may be done with them. */
export class Tray {
  /** `refuse(sentence)` says why something was not taken; `go(command)` sends with a command; `emptied()` once the last was left out. */
  constructor({ root, list, ways, title, refuse, go, emptied }) {
    Object.assign(this, { root, list, ways, title, refuse, go, emptied });
    this.held = []; // {name, file, src, video}
  }

  get loaded() {
    return this.held.length > 0;
  }

  teach(known) {
    this.known = known;
    const commands = known.commands.filter(takesPictures);
    // The one that tells everything comes first: it is what Enter alone does.
    commands.sort((a, b) => Number(b.name === "describe") - Number(a.name === "describe"));
    this.title.textContent = known.words["send-as"];
    this.ways.replaceChildren(
      ...commands.map((command) =>
        el("button", { type: "button", class: `way ${command.name === "describe" ? "primary" : ""}`, title: command.description, on: { click: () => this.go(command) } }, `/${command.shown}`)),
    );
    this.draw();
  }

  add(files) {
    const most = this.known.max_pictures;
    const places = Math.max(0, ...this.known.commands.filter(takesPictures).map((command) => takesPictures(command).maximum ?? 1));
    const { words } = this.known;
    for (const file of files) {
      if (this.held.length >= places) return this.refuse(words["pictures-many"].replace("{most}", String(places)));
      const together = this.held.reduce((sum, one) => sum + one.file.size, file.size);
      if (together > most) {
        this.refuse(words["pictures-large"].replace("{most}", String(Math.floor(most / 2 ** 20))));
        continue;
      }
      this.held.push({ name: file.name, file, src: address(file), video: file.type.startsWith("video/") });
      this.draw();
    }
  }

  /** Everything that is held; then nothing is. */
  take() {
    const held = this.held;
    this.held = [];
    this.draw();
    return held;
  }

  leave(place) {
    this.held.splice(place, 1);
    this.draw();
    const buttons = this.list.querySelectorAll("button");
    (buttons[Math.min(place, buttons.length - 1)] ?? { focus: this.emptied }).focus();
  }

  draw() {
    this.root.hidden = !this.loaded;
    this.list.replaceChildren(
      ...this.held.map((one, place) => {
        const label = this.known.words["remove-picture"].replace("{name}", () => one.name);
        return el(
          "li", {}, thumb(one),
          el("button", { type: "button", class: "leave", "aria-label": label, title: label, on: { click: () => this.leave(place) } }, icon("cross")),
        );
      }),
    );
  }
}

/** The option of a command that takes pictures, if it has one. */
export const takesPictures = (command) => command.options.find((option) => option.kind === "pictures");
