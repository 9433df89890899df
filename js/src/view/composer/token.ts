/** What is being written at the caret and can be completed: a command at the very beginning, or a file after an @. */
export interface Token {
  kind: "command" | "file";
  /** What is written of it so far. */
  query: string;
  from: number;
  to: number;
}

/** The token that ends at the caret. */
export function tokenAt(text: string, caret: number): Token | null {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) {
    return { kind: "command", query: command[1] ?? "", from: 0, to: caret };
  }
  const file = /(?:^|\s)@(?:"([^"\n]*)|([^\s"]*))$/.exec(before);
  if (file) {
    const quoted = file[1] !== undefined;
    const query = file[1] ?? file[2] ?? "";
    return { kind: "file", query, from: caret - query.length - (quoted ? 2 : 1), to: caret };
  }
  return null;
}

/** How a path is written in a prompt: in quotes where it has a space, open where it is a folder and goes on. */
export function writtenPath(path: string, folder: boolean): string {
  const whole = folder && !path.endsWith("/") ? `${path}/` : path;
  const quoted = /\s/.test(whole);
  return `@${quoted ? '"' : ""}${whole}${folder ? "" : quoted ? '" ' : " "}`;
}
