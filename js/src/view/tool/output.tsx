import type { JSX } from "preact";
import type { ImageBlock, TextBlock } from "../../protocol/frames.gen";
import { strings } from "../strings";
import { count } from "../time";

// Terminal colours and cursor moves (ECMA-48), and the titles that programs set (OSC).
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;

interface OutputProps {
  content: readonly (TextBlock | ImageBlock)[];
  omitted: number;
}

/** What a tool gave back: text as it is, pictures as pictures. */
export function ToolOutput({ content, omitted }: OutputProps): JSX.Element {
  const shown = content.filter((block) => block.kind === "image" || block.text.trim() !== "");
  return (
    <>
      {shown.length === 0 && <div class="jcw-dim">{strings.noOutput}</div>}
      {shown.map((block) =>
        block.kind === "image" ? (
          <Picture block={block} />
        ) : (
          <pre class="jcw-code jcw-output" tabIndex={0}>
            {plain(block.text)}
          </pre>
        ),
      )}
      {omitted > 0 && <div class="jcw-dim">{strings.omitted(count(omitted))}</div>}
    </>
  );
}

/** A picture that came as bytes; nothing is ever fetched. */
export function Picture({ block, name = "" }: { block: ImageBlock; name?: string }): JSX.Element {
  return <img class="jcw-picture" src={`data:${block.media_type};base64,${block.data}`} alt={name} />;
}

/** Without the terminal's escape sequences, and with a progress bar's rewritten lines reduced to the last. */
export function plain(text: string): string {
  const lines = text.replaceAll(ESCAPES, "").replaceAll("\r\n", "\n").split("\n");
  return lines.map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replace(/\r$/, "")).join("\n");
}
