import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { usePart } from "../use-part";
import { hides, Visible } from "../visible";

interface CodeProps {
  text: string;
  /** Colour it as this language, once the part that can is there. */
  language?: string;
}

/** Text from a tool, in a box that scrolls, with nothing hidden in it. */
export function Code({ text, language }: CodeProps): JSX.Element {
  return (
    <pre class="jcw-code" tabIndex={0}>
      {language === undefined ? <Visible text={text} /> : <Coloured text={text} language={language} />}
    </pre>
  );
}

function Coloured({ text, language }: Required<CodeProps>): JSX.Element {
  const highlighter = usePart("highlight");
  const coloured = useMemo(() => (hides(text) ? undefined : highlighter?.highlight(text, language)), [highlighter, text, language]);
  return coloured === undefined ? <Visible text={text} /> : <bdi>{elements(coloured)}</bdi>;
}

const TOKEN = /<span class="([\w\s-]*)">|(<\/span>)|&(amp|lt|gt|quot|#x27);|([^<&]+)/g;
const CHARACTERS: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };

type Content = string | JSX.Element;

/** The highlighter's markup as elements: nothing but its own spans becomes one. */
function elements(html: string): Content[] {
  const open: { name: string; content: Content[] }[] = [{ name: "", content: [] }];
  const add = (content: Content) => open.at(-1)?.content.push(content);
  for (const [, name, end, entity, text] of html.matchAll(TOKEN)) {
    if (name !== undefined) {
      open.push({ name, content: [] });
    } else if (end !== undefined && open.length > 1) {
      const span = open.pop();
      add(<span class={span?.name ?? ""}>{span?.content}</span>);
    } else if (entity !== undefined) {
      add(CHARACTERS[entity] ?? "");
    } else if (text !== undefined) {
      add(text);
    }
  }
  return open[0]?.content ?? [];
}
