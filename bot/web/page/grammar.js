// Where in a command somebody is typing. The server reads the line for good; this is for hints alone.

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The command that a line begins with, and where what follows its name starts; null while the name is being typed. */
export function commandOf(line, commands) {
  const lower = line.toLowerCase();
  let best = null;
  for (const command of commands) {
    const names = new Set([command.name, command.name.replaceAll(" ", "_"), command.shown]);
    for (const name of names) {
      const start = `/${name} `;
      if (lower.startsWith(start) && (best === null || start.length > best.start)) best = { command, start: start.length };
    }
  }
  return best;
}

/**
 * What the end of a line is about:
 * `{stage: "none"}`, no command; `{stage: "command", query, fitting}`;
 * `{stage: "options", command, option, from, value, word, left}`: `option` (or null) takes the text from `from` on, `word`
 * is the last word, `left` are the options not given yet.
 */
export function locate(line, commands) {
  if (!line.startsWith("/")) return { stage: "none" };
  const found = commandOf(line, commands);
  if (found === null) {
    const query = line.slice(1).toLowerCase();
    return { stage: "command", query, fitting: fitting(query, commands) };
  }
  const { command, start } = found;
  const names = new Map(command.options.flatMap((option) => [[option.name, option], [option.shown, option]]));
  const given = new Set();
  let option = command.options.find((one) => one.name === command.rest) ?? null;
  let from = start;
  if (names.size) {
    const ordered = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped);
    const marks = new RegExp(`(^|[\\s,])(${ordered.join("|")})\\s?[:=]\\s?`, "giu");
    const rest = line.slice(start);
    for (const mark of rest.matchAll(marks)) {
      option = names.get(mark[2].toLowerCase());
      given.add(option.name);
      from = start + mark.index + mark[0].length;
    }
    if (given.size && rest.search(marks) > 0 && command.rest) given.add(command.rest);
  }
  const value = line.slice(from);
  return {
    stage: "options", command, option, from, value, word: line.slice(line.lastIndexOf(" ") + 1),
    left: command.options.filter((one) => !given.has(one.name)),
  };
}

/** Commands that a half-typed name may mean: names first, then words inside names, then descriptions. */
function fitting(query, commands) {
  const rank = (command) => {
    const names = [command.name, command.shown];
    if (names.some((name) => name.startsWith(query))) return 0;
    if (names.some((name) => name.split(" ").some((word) => word.startsWith(query)))) return 1;
    return query.length > 2 && command.description.toLowerCase().includes(query) ? 2 : 3;
  };
  return commands
    .map((command, order) => ({ command, order, rank: rank(command) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .map((one) => one.command);
}

/** A command as one line to read: needed options as they are, the others in brackets. */
export const signature = (command) =>
  [`/${command.shown}`, ...command.options.map((one) => (one.required ? one.shown : `[${one.shown}]`))].join(" ");
