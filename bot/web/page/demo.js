// Pictures to try, and a small story: Hotaru is taught from three drawings, then found among her friends.

import { el } from "./dom.js";

const DRAWINGS = ["hotaru_school.webp", "hotaru_evening.webp", "hotaru_festival.webp"];
const GROUP = "friends.webp";

export class Demo {
  /** `ask(shown, line, pictures)` sends shipped pictures with a command; `unreachable()` says that they cannot be had. */
  constructor({ root, list, teach, find, ask, unreachable }) {
    Object.assign(this, { root, list, ask, unreachable });
    this.there = new Set();
    teach.addEventListener("click", async () => {
      await this.say("character add", DRAWINGS, this.known.words["demo-name"]);
      teach.classList.replace("primary", "secondary");
      find.classList.replace("secondary", "primary"); // what comes next
    });
    find.addEventListener("click", () => this.say("identify", [GROUP]));
    this.story = teach.parentElement;
  }

  teach(known) {
    this.known = known;
    this.there = new Set(known.demo.map((picture) => picture.name));
    this.list.replaceChildren(
      ...known.demo.map(({ name, label }) =>
        el("li", {},
          el("button", { type: "button", class: "try-picture", title: label, on: { click: () => this.say("describe", [name]) } },
            el("img", { src: `/demo/${name}`, alt: label, loading: "lazy", decoding: "async" })))),
    );
    this.story.hidden = ![...DRAWINGS, GROUP].every((name) => this.there.has(name));
  }

  show(wanted) {
    this.root.hidden = !wanted || this.there.size === 0;
  }

  async say(name, pictures, taught = "") {
    if (this.busy) return;
    this.busy = true;
    const sent = await Promise.all(pictures.map(shipped)).catch(() => null);
    const command = this.known.commands.find((one) => one.name === name);
    if (sent === null) this.unreachable();
    else await this.ask(`/${command.shown} ${taught}`.trim(), taught ? `/${name} name:${taught}` : `/${name}`, sent);
    this.busy = false;
  }
}

async function shipped(name) {
  const src = `/demo/${name}`;
  const response = await fetch(src);
  if (!response.ok) throw new Error(src);
  const blob = await response.blob();
  return { name, src, file: new File([blob], name, { type: blob.type }), video: false };
}
