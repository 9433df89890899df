import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { never } from "../protocol/decode";
import type { Item, TextItem } from "../state/conversation";
import { useNow, useSelect } from "./hooks";
import { Icon } from "./icons";
import { Markdown } from "./prose";
import { memo } from "./memo";
import { PromptBubble } from "./prompt-bubble";
import { SettledLine } from "./question/settled";
import { useFold } from "./reading";
import { strings } from "./strings";
import { elapsed } from "./time";
import { ToolCard } from "./tool/card";
import { type Group, GroupCard, grouped } from "./tool/group";

interface ItemsProps {
  items: readonly Item[];
  /** Whether no more will come. */
  over: boolean;
}

/** The parts of a reply, in order. Only those that changed render again. */
export function Items({ items, over }: ItemsProps): JSX.Element {
  return <>{grouped(items, over).map((item) => view(item))}</>;
}

function view(item: Item | Group): JSX.Element {
  switch (item.kind) {
    case "group":
      return <GroupCard key={item.key} group={item} />;
    case "text":
      return <Reply key={item.key} item={item} />;
    case "thinking":
      return <Thinking key={item.key} item={item} />;
    case "tool":
      return <ToolCard key={item.key} item={item} />;
    case "asked":
      return <SettledLine key={item.key} settled={item.settled} />;
    case "steered":
      return <PromptBubble key={item.key} item={item.key} text={item.text} attachments={item.attachments} mentions={item.mentions} user={item.user} />;
    default:
      return never(item);
  }
}

const Reply = memo(({ item }: { item: TextItem }): JSX.Element => {
  return (
    <div class="jcw-reply" data-jcw="reply" data-item={item.key} data-open={item.open}>
      <Markdown text={item.text} open={item.open} />
      {item.partial && <div class="jcw-dim">{strings.partial}</div>}
    </div>
  );
});

const Thinking = memo(({ item }: { item: TextItem }): JSX.Element => {
  const [shown, setShown] = useFold(item.key);
  return (
    <section class="jcw-thinking" data-jcw="thinking" data-item={item.key} data-open={item.open}>
      <button type="button" class="jcw-thinking-line" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
        {item.open ? <OpenThinking at={item.startedAt} /> : <span>{thought(item)}</span>}
      </button>
      {shown && <ThinkingText text={item.text} />}
    </section>
  );
});

/** Keeps the newest in view for who is at its end, as the conversation does. */
function ThinkingText({ text }: { text: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (element.current && atEnd.current) {
      element.current.scrollTop = element.current.scrollHeight;
    }
  });
  return (
    <div
      class="jcw-thinking-text"
      ref={element}
      dir="auto"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - clientHeight - scrollTop < 8;
      }}
    >
      {text}
    </div>
  );
}

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
