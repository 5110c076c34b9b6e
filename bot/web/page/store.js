// What this browser remembers: who you are, the conversation, the colours. Works without storage, for this visit.

const memory = new Map();

export function read(key) {
  try {
    return localStorage.getItem(`osusume.${key}`) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

/** Whether it was kept; storage may be full or forbidden. */
export function write(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(`osusume.${key}`, value);
    return true;
  } catch {
    return false;
  }
}

export function random(bytes) {
  const numbers = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(numbers, (number) => number.toString(16).padStart(2, "0")).join("");
}

/** The id that this browser made up on the first visit. It stands in for a log-in, so it is sent to this server alone. */
export function person() {
  let id = read("person");
  if (id === null || !/^[0-9a-f]{32}$/.test(id)) {
    id = random(16);
    write("person", id);
  }
  return id;
}

const KEPT = 60;

/** The last messages, oldest first: `{me: text, pictures: [{name}]}` or `{answer}`. Files and pictures are not kept. */
export class History {
  constructor() {
    try {
      const stored = JSON.parse(read("history") ?? "[]");
      this.messages = Array.isArray(stored) ? stored : [];
    } catch {
      this.messages = [];
    }
  }

  add(message) {
    this.messages.push(message);
    this.save();
    return message;
  }

  save() {
    this.messages.splice(0, Math.max(0, this.messages.length - KEPT));
    while (!write("history", JSON.stringify(this.messages)) && this.messages.length > 2) this.messages.splice(0, 2);
  }

  clear() {
    this.messages = [];
    this.save();
  }
}

/** An answer without what is too big, or too private, to lie about. */
export function lasting(answer) {
  const empty = (file) => ({ ...file, data: null });
  return { ...answer, data: null, files: answer.files.map(empty), pictures: answer.pictures.map(empty) };
}
