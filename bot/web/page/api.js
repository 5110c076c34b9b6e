// The JSON API of this server; see /api/openapi.json.

import { person, random } from "./store.js";

/** A refusal in one sentence, in the language asked for. `sentence` is null when the server could not be reached. */
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence ?? "unreachable");
    this.status = status;
    this.sentence = sentence;
  }
}

let language = null;

/** The language that the page wants; a person's own setting on the server goes before it. */
export function speak(tag) {
  language = tag;
}

async function call(path, body, signal) {
  const headers = { "X-Osusume-Person": person() };
  if (language !== null) headers["Accept-Language"] = language;
  const how = { headers, signal };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    Object.assign(how, { method: "POST", body: JSON.stringify(body) });
  }
  let response, answer;
  try {
    response = await fetch(path, how);
    answer = await response.json();
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refused(0, null);
  }
  if (!response.ok) throw new Refused(response.status, answer.error);
  return answer;
}

/** The name of one event: sent again, it is not done twice. */
export const newEvent = () => random(12);

export const commands = () => call("/api/commands");
export const ask = (body) => call("/api/ask", body);
/** How far an event is that is being answered: `{percent}`, null where there is nothing to tell. */
export const progress = (event) => call(`/api/progress?${new URLSearchParams({ event })}`);
export const press = (token) => call("/api/press", { token, event: newEvent() });
export const complete = (command, option, text, signal) =>
  call(`/api/complete?${new URLSearchParams({ command, option, text })}`, undefined, signal);
