// The page: a conversation, and what stands around it.

import * as api from "./api.js";
import { drawAnswer, hasContent, replaceAnswer } from "./answer.js";
import { Composer } from "./composer.js";
import { Demo } from "./demo.js";
import { el, icon } from "./dom.js";
import { commandOf } from "./grammar.js";
import { drawSent, forget, isPicture, takesPictures, Tray, upload } from "./pictures.js";
import { History, lasting, read, write } from "./store.js";

const $ = (id) => document.getElementById(id);
const log = $("log"), scroller = $("scroll");
const history = new History();
const WATCH_EVERY = 1000; // milliseconds
let known = null; // what /api/commands said: commands, words, languages

const composer = new Composer({
  form: $("form"), input: $("line"), box: $("suggestions"), list: $("list"), signature: $("signature"),
  send, loaded: () => tray.loaded, pick: (kind) => $(kind === "pictures" ? "picture" : "file").click(),
});

const tray = new Tray({
  root: $("tray"), list: $("tray-list"), ways: $("ways"), title: $("tray-title"),
  refuse: (sentence) => toast(sentence, true), emptied: () => $("line").focus(),
  go: (command) => {
    if (command.options.some((option) => option.required)) composer.begin(`/${command.shown} `);
    else send(`/${command.shown}`, `/${command.name}`);
  },
});

const demo = new Demo({
  root: $("demo"), list: $("demo-pictures"), teach: $("demo-teach"), find: $("demo-find"),
  ask: (shown, line, pictures) => converse(shown, { line }, pictures, true), unreachable: () => toast(known.words.offline, true),
});

// --- The conversation ---------------------------------------------------------------------------------------------

function addMine(text, pictures = []) {
  $("empty").hidden = true;
  const turn = el(
    "div", { class: "turn mine" }, el("span", { class: "unseen" }, `${known.words.you}: `),
    el("div", { class: "said" }, pictures.length ? drawSent(pictures, known.words) : null, el("p", { class: "bubble" }, text)),
  );
  log.append(turn);
  return turn;
}

function addTheirs(...children) {
  const turn = el("div", { class: "turn theirs" }, el("span", { class: "seal small", "aria-hidden": "true" }, "薦"), ...children);
  log.append(turn);
  return turn;
}

function addAnswer(message, answer) {
  const turn = addTheirs();
  turn.append(draw(message, turn, answer));
  return turn;
}

/** `answer` is what to show: with its files, which the message that is kept has lost. */
function draw(message, turn, answer = message.answer) {
  return drawAnswer(answer, {
    words: known.words,
    begin: (text) => composer.begin(text),
    press: (token) => press(token, message, turn),
    enlarge,
  });
}

/** A long answer is read from its top, a short one seen whole. */
function reveal(turn) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const start = turn.previousElementSibling?.classList.contains("mine") ? turn.previousElementSibling : turn;
  const high = turn.offsetTop + turn.offsetHeight - start.offsetTop;
  const top = high > scroller.clientHeight - 40 ? start.offsetTop - 16 : log.offsetTop + log.offsetHeight;
  scroller.scrollTo({ top, behavior });
}

/**
 * Says a line: `shown` as the person wrote it, `line` as it is meant. Plain words are a mood; with pictures they are to
 * be described. Pictures stay where they are when a command has no use for them.
 */
async function send(shown, line) {
  if (tray.loaded) {
    const found = commandOf(`/${line.replace(/^\//, "")} `, known.commands)?.command;
    const describe = known.commands.find((one) => one.name === "describe");
    if (found && takesPictures(found)) return converse(shown, { line }, tray.take());
    if (!found && !line.startsWith("/")) return converse(shown || `/${describe.shown}`, { line: `/${describe.name}` }, tray.take());
  }
  const first = line.replace(/^\//, "").split(/[\s_]/)[0].toLowerCase();
  const command = known.commands.some((one) => [one.name, one.shown].some((name) => name.split(" ")[0] === first));
  await converse(shown, { line: line.startsWith("/") || command ? line : `/recommend ${line}` });
}

/** `pictures` are `{name, file, src, video}`; `shipped` ones can be shown again on the next visit, others are not kept. */
async function converse(shown, body, pictures = [], shipped = false) {
  const kept = pictures.map(({ name, src }) => (shipped ? { name, src } : { name }));
  history.add(kept.length ? { me: shown, pictures: kept } : { me: shown });
  addMine(shown, pictures);
  demo.show(false);
  const sent = pictures.length ? { pictures: await Promise.all(pictures.map((one) => upload(one.file))) } : {};
  await answer({ ...body, ...sent, event: api.newEvent() }, shipped);
}

async function answer(body, shipped = false) {
  const bubble = typing(), waiting = addTheirs(bubble);
  const stop = body.pictures ? watch(body.event, bubble) : () => {};
  reveal(waiting);
  log.setAttribute("aria-busy", "true");
  try {
    const said = await api.ask(body);
    waiting.remove();
    demo.show(shipped);
    show(said);
  } catch (problem) {
    waiting.remove();
    demo.show(shipped);
    const again = () => { turn.remove(); answer(body, shipped); };
    const turn = addTheirs(trouble(problem, again));
    reveal(turn);
  } finally {
    stop();
    log.removeAttribute("aria-busy");
  }
}

/** Shows in a bubble how far the answer to an event is, for as long as it takes; gives what ends that. */
function watch(event, bubble) {
  let over = false, timer;
  const look = async () => {
    const percent = await api.progress(event).then((said) => said.percent, () => null);
    if (over) return;
    if (percent !== null) drawShare(bubble, percent);
    timer = setTimeout(look, WATCH_EVERY);
  };
  timer = setTimeout(look, WATCH_EVERY);
  return () => { over = true; clearTimeout(timer); };
}

function drawShare(bubble, percent) {
  const said = known.words.watching.replace("{percent}", String(percent));
  for (const [name, value] of Object.entries({ role: "progressbar", "aria-label": said, "aria-valuenow": String(percent) })) bubble.setAttribute(name, value);
  const shown = bubble.querySelector(".share") ?? bubble.appendChild(el("span", { class: "share" }));
  shown.textContent = said;
}

function show(answer) {
  if (answer.note) toast(answer.note);
  if (hasContent(answer)) {
    reveal(addAnswer(history.add({ answer: lasting(answer) }), answer));
  }
  follow(answer.language);
}

/** A button: its answer takes the place of the message, or stands below as a new one. */
async function press(token, message, turn) {
  const old = turn.querySelector(".answer");
  if (old.getAttribute("aria-busy") === "true") return;
  old.setAttribute("aria-busy", "true");
  const late = setTimeout(() => old.classList.add("slow"), 250);
  try {
    const answer = await api.press(token);
    if (answer.update) {
      message.answer = lasting(answer);
      history.save();
      replaceAnswer(old, draw(message, turn, answer));
      if (answer.note) toast(answer.note);
      follow(answer.language);
    } else {
      show(answer);
    }
  } catch (problem) {
    toast(problem.sentence ?? known.words.offline, true);
  } finally {
    clearTimeout(late);
    old.removeAttribute("aria-busy");
    old.classList.remove("slow");
  }
}

const typing = () =>
  el("div", { class: "bubble typing", role: "img", "aria-label": known.words.typing }, el("i"), el("i"), el("i"));

function trouble(problem, again) {
  const inside = el("div", { class: "bubble" }, el("p", { class: "text" }, problem.sentence ?? known.words.offline));
  const retry = el("button", { type: "button", class: "button secondary", on: { click: again } }, el("span", { class: "label" }, known.words.again));
  return el("div", { class: "answer error" }, inside, problem.status === 0 || problem.status >= 500 ? el("div", { class: "buttons" }, retry) : null);
}

function toast(text, error = false) {
  const note = el("p", { class: error ? "toast error" : "toast" }, text);
  $("toasts").append(note);
  setTimeout(() => note.classList.add("going"), 3600);
  setTimeout(() => note.remove(), 4000);
}

// --- Files in ---------------------------------------------------------------------------------------------------------

async function importList(file) {
  const command = known.commands.find((one) => one.options.some((option) => option.kind === "file"));
  if (!file || !command) return;
  const most = known.max_upload;
  if (file.size > most) return toast(known.words["file-large"].replace("{most}", String(Math.floor(most / 2 ** 20))), true);
  const option = command.options.find((one) => one.kind === "file");
  composer.begin("");
  await converse(`/${command.shown} ${file.name}`, { command: command.name, options: { [option.name]: await upload(file) } });
}

/** Pictures wait for a word on what to do with them; a list is read at once, one at a time. */
function receive(files) {
  const pictures = [...files].filter(isPicture), lists = [...files].filter((file) => !isPicture(file));
  if (pictures.length) tray.add(pictures);
  if (lists.length > 1) toast(known.words["lists-many"].replace("{name}", lists[0].name), true);
  if (lists.length) importList(lists[0]);
  else if (tray.loaded && matchMedia("(hover: hover)").matches) $("line").focus();
}

$("show").append(icon("picture"));
$("show").addEventListener("click", () => $("picture").click());
$("picture").addEventListener("change", () => { if ($("picture").files.length) receive($("picture").files); $("picture").value = ""; });
addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.some(isPicture)) return;
  event.preventDefault();
  receive(files);
});

$("attach").append(icon("clip"));
$("send").append(icon("send"));
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => { importList($("file").files[0]); $("file").value = ""; });
const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => { if (carriesFile(event)) { event.preventDefault(); $("drop").hidden = false; } });
addEventListener("dragleave", (event) => { if (event.relatedTarget === null) $("drop").hidden = true; });
addEventListener("drop", (event) => {
  $("drop").hidden = true;
  if (carriesFile(event)) { event.preventDefault(); receive(event.dataTransfer.files); }
});

// --- A picture large -------------------------------------------------------------------------------------------------

function enlarge(src, alt) {
  $("large-picture").src = src;
  $("large-picture").alt = alt;
  $("large-words").textContent = alt;
  $("large").setAttribute("aria-label", alt || known.words.enlarge);
  $("large").showModal();
}

$("large-close").append(icon("cross"));
$("large-close").addEventListener("click", () => $("large").close());
$("large").addEventListener("click", (event) => { if (event.target === $("large")) $("large").close(); });

// --- Language, colours, menu -----------------------------------------------------------------------------------------

function label() {
  const { words } = known;
  document.documentElement.lang = known.language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) {
    node.title = words[node.dataset.label];
    node.setAttribute("aria-label", words[node.dataset.label]);
  }
  for (const node of document.querySelectorAll("[data-aria]")) node.setAttribute("aria-label", words[node.dataset.aria]);
  $("language").replaceChildren(...Object.entries(known.languages).map(([tag, name]) => el("option", { value: tag, lang: tag, selected: tag === known.language }, name)));
  $("name").textContent = known.name;
  $("tries").replaceChildren(
    ...["mood", "favourite", "season"].map((what) =>
      el("button", { type: "button", class: "try", on: { click: () => composer.send(words[`try-${what}-line`], words[`try-${what}-line`]) } },
        el("b", {}, words[`try-${what}`]), el("span", {}, words[`try-${what}-line`]))),
  );
  composer.teach(known.commands, words);
  tray.teach(known);
  demo.teach(known);
}

/** The page speaks the language of the answers. */
async function follow(language) {
  if (language === known.language) return;
  api.speak(language);
  known = await api.commands();
  label();
}

$("language").addEventListener("change", async () => {
  const language = $("language").value;
  write("language", language);
  api.speak(language);
  try {
    // It is a person's setting: the same on every page, and for the bot's own sentences.
    const own = known.commands.find((one) => one.bare && one.options.some((option) => option.name === "language"));
    const said = own && (await api.ask({ command: own.name, options: { language }, event: api.newEvent() }));
    if (said?.error) toast(said.text, true);
    known = await api.commands();
    label();
  } catch (problem) {
    toast(problem.sentence ?? known.words.offline, true);
  }
});

function colour(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

const theme = ["light", "dark"].includes(read("theme")) ? read("theme") : "auto";
colour(theme);
for (const input of document.querySelectorAll("input[name=theme]")) {
  input.checked = input.value === theme;
  input.addEventListener("change", () => { write("theme", input.value); colour(input.value); });
}

function openMenu(open) {
  $("menu").hidden = !open;
  $("menu-button").setAttribute("aria-expanded", String(open));
  if (open) $("menu").querySelector("input:checked").focus();
}

$("menu-button").append(icon("dots"));
$("menu-button").addEventListener("click", () => openMenu($("menu").hidden));
addEventListener("pointerdown", (event) => { if (!event.target.closest("#menu, #menu-button")) openMenu(false); });
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("menu").hidden) { openMenu(false); $("menu-button").focus(); }
});
$("copy").addEventListener("click", async () => {
  getSelection().selectAllChildren($("name"));
  await navigator.clipboard?.writeText(known.name).then(() => toast(known.words.copied), () => {});
});
$("clear").addEventListener("click", () => {
  history.clear();
  log.replaceChildren();
  forget();
  $("empty").hidden = false;
  demo.show(true);
  openMenu(false);
  $("line").focus();
});

// --- Beginning ------------------------------------------------------------------------------------------------------

async function start() {
  api.speak(read("language") ?? navigator.language);
  try {
    known = await api.commands();
  } catch {
    setTimeout(start, 2000);
    return;
  }
  label();
  for (const message of history.messages) {
    if (message.me !== undefined) addMine(message.me, message.pictures);
    else addAnswer(message);
  }
  $("empty").hidden = history.messages.length > 0;
  demo.show(history.messages.length === 0 || Boolean(history.messages.findLast((message) => message.me !== undefined)?.pictures?.[0].src));
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: "instant" });
  if (matchMedia("(hover: hover)").matches) $("line").focus();
  document.documentElement.dataset.ready = "";
}

start();
