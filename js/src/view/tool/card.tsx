import type { JSX } from "preact";
import type { ToolItem } from "../../state/conversation";
import { Icon } from "../icons";
import { memo } from "../memo";
import { CardSlot } from "../notebook/card-slot";
import { Markdown } from "../prose";
import { SettledLine } from "../question/settled";
import { useFold } from "../reading";
import { strings } from "../strings";
import { toolStrings } from "../strings/tool";
import { Inside, isAgent, Progress, reportOf } from "./agent";
import { backgroundOf } from "./background";
import { ToolInputView } from "./input";
import { Outcome, Tally } from "./outcome";
import { ToolOutput } from "./output";
import { Picture } from "./picture";
import { isNotebook, summary } from "./summary";

/** A tool call: one line, which opens to what went in and what came out. */
export const ToolCard = memo(({ item }: { item: ToolItem }): JSX.Element => {
  const [open, setOpen] = useFold(item.tool);
  const { icon, label, argument, whole, inWords } = summary(item);
  const working = item.endedAt === null || backgroundOf(item) === "running";
  return (
    <section class="jcw-tool" data-jcw="tool" data-item={item.key} data-outcome={item.outcome} data-name={item.name} data-background={backgroundOf(item) ?? undefined}>
      <button type="button" class="jcw-tool-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={icon} />
        <span class="jcw-tool-name">{label}</span>
        <span class={`jcw-tool-argument ${inWords ? "jcw-in-words" : ""}`} title={whole}>
          {argument}
        </span>
        <Tally item={item} />
        <Outcome item={item} />
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
      </button>
      {working && <Progress item={item} />}
      {open ? <Body item={item} /> : <Pictures item={item} />}
      <Inside item={item} />
      {item.settled !== null && !saidInside(item) && <SettledLine settled={item.settled} />}
    </section>
  );
});

/** An answer that is worth a line of its own even where the card is closed: a denial, and what was chosen. */
function saidInside({ settled }: ToolItem): boolean {
  return settled?.answer.decision !== "deny" && settled?.question.ask.kind !== "choice" && !settled?.answer.input;
}

/** A picture is worth showing even where the card is closed. */
function Pictures({ item }: { item: ToolItem }): JSX.Element | null {
  const pictures = item.content.filter((block) => block.kind === "image");
  return pictures.length === 0 ? null : (
    <div class="jcw-tool-body">
      {pictures.map((block) => (
        <Picture block={block} name={summary(item).argument} />
      ))}
    </div>
  );
}

function Body({ item }: { item: ToolItem }): JSX.Element {
  const plan = item.name === "ExitPlanMode" ? item.input?.["plan"] : undefined;
  const agent = isAgent(item);
  const finished = item.outcome !== "writing" && item.outcome !== "running";
  return (
    <div class="jcw-tool-body">
      {typeof plan === "string" && <Markdown text={plan} open={false} />}
      {isNotebook(item.name) && <CardSlot item={item} />}
      {item.input !== null && plan === undefined && !isNotebook(item.name) && (
        <>
          <div class="jcw-label">{agent ? toolStrings.task : strings.input}</div>
          <ToolInputView name={item.name} input={item.input} fold={`${item.tool}:input`} />
        </>
      )}
      {item.input === null && <pre class="jcw-code">{item.written}</pre>}
      {finished && item.content.length > 0 && !isNotebook(item.name) && (
        <>
          <div class="jcw-label">{agent ? toolStrings.result : strings.output}</div>
          <div data-output="true">{agent ? <Report item={item} /> : <ToolOutput tool={item.tool} content={item.content} omitted={item.omitted} />}</div>
        </>
      )}
      {item.settled !== null && saidInside(item) && <SettledLine settled={item.settled} />}
    </div>
  );
}

function Report({ item }: { item: ToolItem }): JSX.Element {
  return (
    <>
      {reportOf(item).map((text, index) => (
        <Markdown key={index} text={text} open={false} />
      ))}
    </>
  );
}
