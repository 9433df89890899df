import type { JSX } from "preact";
import type { ImageBlock, TextBlock } from "../../protocol/frames.gen";
import { strings } from "../strings";
import { count } from "../time";
import { Picture } from "./picture";
import { Terminal } from "./terminal";

interface OutputProps {
  /** The id of the tool call. */
  tool: string;
  content: readonly (TextBlock | ImageBlock)[];
  omitted: number;
}

/** What a tool gave back: text as a terminal would show it, pictures as pictures. */
export function ToolOutput({ tool, content, omitted }: OutputProps): JSX.Element {
  const empty = content.every((block) => block.kind === "text" && block.text.trim() === "");
  return (
    <>
      {empty && <div class="jcw-dim">{strings.noOutput}</div>}
      {content.map((block, index) =>
        block.kind === "image" ? (
          <Picture block={block} />
        ) : (
          block.text.trim() !== "" && <Terminal text={block.text} fold={outputFold(tool, index)} />
        ),
      )}
      {omitted > 0 && <div class="jcw-dim">{strings.omitted(count(omitted))}</div>}
    </>
  );
}

/** What remembers whether a block of a tool's output is shown whole. */
export function outputFold(tool: string, index: number): string {
  return `${tool}:output:${index}`;
}
