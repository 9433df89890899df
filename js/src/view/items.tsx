import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { never } from "../protocol/decode";
import type { Item, TextItem } from "../state/conversation";
import { useNow, useSelect } from "./hooks";
import { Icon } from "./icons";
import { Markdown } from "./prose";
import { memo } from "./memo";
import { PromptBubble } from "./prompt-bubble";
import { SettledLine } from "./question/settled";
import { strings } from "./strings";
import { elapsed } from "./time";
import { ToolCard } from "./tool/card";

/** The parts of a reply, in order. Only those that changed render again. */
export function Items({ items }: { items: readonly Item[] }): JSX.Element {
  return <>{items.map((item) => view(item))}</>;
}

function view(item: Item): JSX.Element {
  switch (item.kind) {
    case "text":
      return <Reply key={item.key} item={item} />;
    case "thinking":
      return <Thinking key={item.key} item={item} />;
    case "tool":
      return <ToolCard key={item.key} item={item} />;
    case "asked":
      return <SettledLine key={item.key} settled={item.settled} />;
    case "steered":
      return <PromptBubble key={item.key} text={item.text} attachments={item.attachments} user={item.user} />;
    default:
      return never(item);
  }
}

const Reply = memo(({ item }: { item: TextItem }): JSX.Element => {
  return (
    <div class="jcw-reply" data-jcw="reply" data-open={item.open}>
      <Markdown text={item.text} open={item.open} />
      {item.partial && <div class="jcw-dim">{strings.partial}</div>}
    </div>
  );
});

const Thinking = memo(({ item }: { item: TextItem }): JSX.Element => {
  const [shown, setShown] = useState(false);
  return (
    <section class="jcw-thinking" data-jcw="thinking" data-open={item.open}>
      <button type="button" class="jcw-thinking-line" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
        {item.open ? <OpenThinking at={item.startedAt} /> : <span>{thought(item)}</span>}
      </button>
      {shown && <div class="jcw-thinking-text">{item.text}</div>}
    </section>
  );
});

function thought(item: TextItem): string {
  const time = (item.endedAt ?? item.startedAt) - item.startedAt;
  return time >= 1000 ? strings.thoughtFor(elapsed(time)) : strings.thought;
}

function OpenThinking({ at }: { at: number }): JSX.Element {
  const skew = useSelect((state) => state.skew);
  const time = useNow(true) - at - skew;
  return (
    <>
      <span class="jcw-shimmer">{strings.thinking}</span>
      {time >= 2000 && <span class="jcw-dim">{elapsed(time)}</span>}
    </>
  );
}
