import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ToolProgress } from "../../protocol/frames.gen";
import type { ToolItem } from "../../state/conversation";
import { useNow, useSelect } from "../hooks";
import { Icon, type IconName, Spinner } from "../icons";
import { Items } from "../items";
import { Markdown } from "../prose";
import { memo } from "../memo";
import { SettledLine } from "../question/settled";
import { strings } from "../strings";
import { count, duration, elapsed } from "../time";
import { changesOf, tally } from "./diff";
import { ToolInputView } from "./input";
import { Picture, ToolOutput } from "./output";
import { summary } from "./summary";

/** A tool call: one line, which opens to what went in and what came out. */
export const ToolCard = memo(({ item }: { item: ToolItem }): JSX.Element => {
  const [open, setOpen] = useState(false);
  const { icon, label, argument } = summary(item);
  return (
    <section class="jcw-tool" data-jcw="tool" data-outcome={item.outcome} data-name={item.name}>
      <button type="button" class="jcw-tool-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={icon} />
        <span class="jcw-tool-name">{label}</span>
        <span class="jcw-tool-argument" title={argument}>
          {argument}
        </span>
        <Tally item={item} />
        <Outcome item={item} />
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
      </button>
      {item.endedAt === null && item.progress !== null && <Progress progress={item.progress} />}
      {open ? <Body item={item} /> : <Pictures item={item} />}
      {item.children.length > 0 && (
        <div class="jcw-tool-children">
          <Items items={item.children} />
        </div>
      )}
      {item.settled !== null && (item.settled.answer.decision === "deny" || item.settled.question.ask.kind === "choice") && (
        <SettledLine settled={item.settled} />
      )}
    </section>
  );
});

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
  const finished = item.outcome !== "writing" && item.outcome !== "running";
  return (
    <div class="jcw-tool-body">
      {typeof plan === "string" && <Markdown text={plan} open={false} />}
      {item.input !== null && plan === undefined && (
        <>
          <div class="jcw-label">{strings.input}</div>
          <ToolInputView name={item.name} input={item.input} />
        </>
      )}
      {item.input === null && <pre class="jcw-code">{item.written}</pre>}
      {finished && item.content.length > 0 && (
        <>
          <div class="jcw-label">{strings.output}</div>
          <ToolOutput content={item.content} omitted={item.omitted} />
        </>
      )}
      {item.settled !== null && item.settled.answer.decision !== "deny" && item.settled.question.ask.kind !== "choice" && (
        <SettledLine settled={item.settled} />
      )}
    </div>
  );
}

function Tally({ item }: { item: ToolItem }): JSX.Element | null {
  const changes = item.input === null ? null : changesOf(item.name, item.input);
  if (changes === null) {
    return null;
  }
  const { added, removed } = tally(changes);
  return (
    <span class="jcw-tally">
      {added > 0 && <span class="jcw-tally-added">+{added}</span>}
      {removed > 0 && <span class="jcw-tally-removed">−{removed}</span>}
    </span>
  );
}

const ICONS: Partial<Record<ToolItem["outcome"], IconName>> = { done: "check", failed: "alert", denied: "close", interrupted: "stop" };

function Outcome({ item }: { item: ToolItem }): JSX.Element {
  const running = item.outcome === "writing" || item.outcome === "running";
  const asked = useSelect((state) => state.questions.some((open) => open.tool === item.tool));
  const skew = useSelect((state) => state.skew);
  const now = useNow(running && !asked);
  const time = item.endedAt === null ? now - item.startedAt - skew : item.endedAt - item.startedAt;
  const words = asked ? strings.states.waiting : strings.outcomes[item.outcome];
  const icon = asked ? "shield" : ICONS[item.outcome];
  return (
    <span class="jcw-outcome" title={words}>
      <span class="jcw-hidden">{words}</span>
      {running && !asked && time >= 2000 && <span>{elapsed(time)}</span>}
      {!running && time >= 1000 && <span>{duration(time)}</span>}
      {icon === undefined ? <Spinner /> : <Icon name={icon} />}
    </span>
  );
}

function Progress({ progress }: { progress: ToolProgress }): JSX.Element | null {
  const { text, tokens, tool_uses: uses } = progress;
  const words = [text, uses ? strings.toolUses(uses) : "", tokens ? strings.tokensSoFar(count(tokens)) : ""].filter(Boolean).join(" · ");
  return words ? <div class="jcw-progress">{words}</div> : null;
}
