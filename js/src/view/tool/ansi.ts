/** A piece of a terminal's line, in one style. */
export interface Span {
  text: string;
  style: Style;
}

/** Colours: 0 to 255 of the terminal's palette, or a CSS colour. */
export interface Style {
  colour?: number | string;
  background?: number | string;
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
  struck?: boolean;
  inverse?: boolean;
}

// Escape sequences (ECMA-48): CSI, of which only colours (…m) mean something here; OSC (titles, links) and other strings;
// two-character ones. Then what moves the cursor in a line, and what a page has no use for.
const TOKENS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
  /\u001b\[([0-?]*)[ -/]*([@-~])?|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]|(\r\n|\n)|(\r+)|(\u0008)|[\u0000-\u0008\u000b-\u001f\u007f]/g;

const PLAIN: Style = {};

/** What a terminal would show at the end: lines of coloured text, with a progress bar's rewritten lines reduced to the last. */
export function terminal(text: string): Span[][] {
  const lines: Span[][] = [[]];
  let style = PLAIN;
  let rewinding = false; // a carriage return came, and what follows it writes over the line
  let from = 0;
  const write = (piece: string) => {
    if (piece !== "") {
      if (rewinding) {
        lines[lines.length - 1] = [];
        rewinding = false;
      }
      lines.at(-1)?.push({ text: piece, style });
    }
  };
  for (const match of text.matchAll(TOKENS)) {
    const [whole, parameters, final, newline, back, backspace] = match;
    write(text.slice(from, match.index));
    from = match.index + whole.length;
    if (newline !== undefined) {
      lines.push([]);
      rewinding = false;
    } else if (back !== undefined) {
      rewinding = true;
    } else if (backspace !== undefined) {
      erase(lines.at(-1) as Span[]);
    } else if (final === "m") {
      style = restyled(style, parameters ?? "");
    }
  }
  write(text.slice(from));
  return lines;
}

/** The same without its colours. */
export function plain(text: string): string {
  return terminal(text)
    .map((line) => line.map((span) => span.text).join(""))
    .join("\n");
}

function erase(line: Span[]): void {
  const last = line.at(-1);
  if (last !== undefined) {
    line[line.length - 1] = { ...last, text: last.text.slice(0, -1) };
  }
}

const ON: Record<number, Style> = {
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { struck: true },
};
const OFF: Record<number, readonly (keyof Style)[]> = {
  22: ["bold", "faint"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["struck"],
  39: ["colour"],
  49: ["background"],
};

/** The style after a "select graphic rendition" with these parameters. */
function restyled(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = before;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] as number;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(at + 1));
      style = colour === null ? style : { ...style, [code === 38 ? "colour" : "background"]: colour };
      at += used;
    } else {
      style = applied(style, code);
    }
  }
  return style;
}

function applied(style: Style, code: number): Style {
  if (code === 0) {
    return PLAIN;
  }
  const off = OFF[code];
  if (off !== undefined) {
    return Object.fromEntries(Object.entries(style).filter(([name]) => !off.includes(name as keyof Style)));
  }
  return { ...style, ...(ON[code] ?? basic(code)) };
}

function basic(code: number): Style {
  const bright = code >= 90 ? 8 : 0;
  const digit = (code % 10) + bright;
  switch (Math.floor(code / 10)) {
    case 3:
    case 9:
      return code % 10 < 8 ? { colour: digit } : {};
    case 4:
    case 10:
      return code % 10 < 8 ? { background: digit } : {};
    default:
      return {};
  }
}

/** A colour of 256, or of 16 million, and how many codes it took. */
function extended([kind, ...rest]: number[]): [number | string | null, number] {
  const byte = (value: number | undefined) => Math.min(255, Math.max(0, Math.trunc(value ?? 0) || 0));
  if (kind === 5) {
    return [paletteColour(byte(rest[0])), 2];
  }
  return kind === 2 ? [`rgb(${byte(rest[0])} ${byte(rest[1])} ${byte(rest[2])})`, 4] : [null, 1];
}

function paletteColour(index: number): number | string {
  if (index < 16) {
    return index;
  }
  if (index >= 232) {
    const grey = (index - 232) * 10 + 8;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (step: number) => (step === 0 ? 0 : step * 40 + 55);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
}
