import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useFold } from "../reading";
import { toolStrings as strings } from "../strings/tool";
import { count } from "../time";
import { type Span, type Style, terminal } from "./ansi";

const HEAD = 16; // lines
const TAIL = 12;
const FOLD_OVER = 34; // fewer are shown whole: a fold that hides six lines is a nuisance
const LONGEST = 1_000; // characters of a line

/** What a program wrote, in its colours. Long output shows its beginning and end; `fold` names what remembers that. */
export function Terminal({ text, fold }: { text: string; fold: string }): JSX.Element {
  const lines = useMemo(() => terminal(text.replace(/\n$/, "")), [text]);
  const [whole, setWhole] = useFold(fold);
  const long = lines.length > FOLD_OVER || lines.some((line) => lengthOf(line) > LONGEST);
  if (!long) {
    return <Box lines={lines} />;
  }
  if (whole) {
    return (
      <div class="jcw-folded" data-jcw="output-whole">
        <Box lines={lines} tall />
        <button type="button" class="jcw-link" onClick={() => setWhole(false)}>
          {strings.showLess}
        </button>
      </div>
    );
  }
  const short = lines.length <= FOLD_OVER;
  const [head, tail] = short ? [lines, []] : [lines.slice(0, HEAD), lines.slice(-TAIL)];
  return (
    <div class="jcw-folded" data-jcw="output-folded">
      <Box lines={head.map(cut)} />
      <button type="button" class="jcw-link" data-jcw="show-all" onClick={() => setWhole(true)}>
        {short ? strings.showWholePrompt : `${strings.linesLeftOut(lines.length - HEAD - TAIL)}, ${strings.showAll}`}
      </button>
      {tail.length > 0 && <Box lines={tail.map(cut)} />}
    </div>
  );
}

function Box({ lines, tall = false }: { lines: readonly (readonly Span[])[]; tall?: boolean }): JSX.Element {
  return (
    <pre class={`jcw-code jcw-output ${tall ? "jcw-tall" : ""}`} tabIndex={0}>
      {joined(lines).map((span) => (isPlain(span.style) ? span.text : <Styled span={span} />))}
    </pre>
  );
}

function Styled({ span: { text, style } }: { span: Span }): JSX.Element {
  const { colour, background } = style.inverse ? { colour: style.background, background: style.colour } : style;
  const classes = [
    ...(["bold", "faint", "italic", "underline", "struck", "inverse"] as const).filter((name) => style[name]),
    ...(colour === undefined ? [] : ["fg"]),
    ...(background === undefined ? [] : ["bg"]),
  ];
  const css: Record<string, string> = {};
  if (colour !== undefined) {
    css[typeof colour === "number" ? "color" : "--jcw-ink"] = typeof colour === "number" ? `var(--jcw-ansi-${colour})` : colour;
  }
  if (background !== undefined) {
    css["--jcw-paper"] = typeof background === "number" ? `var(--jcw-ansi-${background})` : background;
  }
  const names = classes.map((name) => `jcw-ansi-${name}`);
  return (
    <span class={names.join(" ")} style={css}>
      {text}
    </span>
  );
}

/** All lines as one, with plain text in as few pieces as there can be: most output has no colours at all. */
function joined(lines: readonly (readonly Span[])[]): Span[] {
  const all: Span[] = [];
  let text = "";
  lines.forEach((line, index) => {
    text += index > 0 ? "\n" : "";
    for (const span of line) {
      if (isPlain(span.style)) {
        text += span.text;
      } else {
        all.push({ text, style: {} }, span);
        text = "";
      }
    }
  });
  return [...all, { text, style: {} }];
}

function isPlain(style: Style): boolean {
  return Object.keys(style).length === 0;
}

function lengthOf(line: readonly Span[]): number {
  return line.reduce((sum, span) => sum + span.text.length, 0);
}

function cut(line: readonly Span[]): readonly Span[] {
  const length = lengthOf(line);
  if (length <= LONGEST) {
    return line;
  }
  let left = LONGEST;
  const kept: Span[] = [];
  for (const span of line) {
    kept.push({ ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
    if (left <= 0) {
      break;
    }
  }
  return [...kept, { text: ` … ${strings.charactersLeftOut(count(length - LONGEST))}`, style: { faint: true } }];
}
