import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { QueuedPrompt } from "../protocol/frames.gen";
import { useSelect, useSession } from "./hooks";
import { Icon, type IconName } from "./icons";
import { nameOf } from "./prompt-bubble";
import { composerStrings as strings } from "./strings/composer";

const DRAGGED = "application/x-jcw-prompt";

/** The prompts that wait, in order: each can be moved, taken back to be written on, or removed. */
export function Queue(): JSX.Element | null {
  const session = useSession();
  const queue = useSelect((state) => state.queue);
  const [target, setTarget] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const focused = useRef<{ prompt: string; hook: string } | null>(null);
  useLayoutEffect(() => {
    const { prompt, hook } = focused.current ?? {};
    const item = list.current?.children[queue.findIndex((waiting) => waiting.prompt === prompt)];
    item?.querySelector<HTMLButtonElement>(`[data-jcw=${hook}]:not(:disabled), [data-jcw^=move]:not(:disabled)`)?.focus(); // moving it lost the focus
    focused.current = null;
  }, [queue]);
  if (queue.length === 0) {
    return null;
  }
  const order = queue.map((waiting) => waiting.prompt);
  const move = (prompt: string, to: number) => {
    const others = order.filter((other) => other !== prompt);
    session.reorder(others.toSpliced(Math.max(0, to), 0, prompt));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const prompt = event.dataTransfer?.getData(DRAGGED) ?? "";
    const from = order.indexOf(prompt);
    setTarget(null);
    if (from >= 0 && target !== null && target !== from && target !== from + 1) {
      move(prompt, target > from ? target - 1 : target);
    }
  };
  return (
    <div class="jcw-queue" data-jcw="queue">
      <div class="jcw-label">
        <Icon name="clock" />
        {strings.queued(queue.length)}
      </div>
      <ol
        ref={list}
        onDragOver={(event) => {
          if (event.dataTransfer?.types.includes(DRAGGED)) {
            event.preventDefault();
            setTarget(placeAt(event.currentTarget, event.clientY));
          }
        }}
        onDragLeave={() => setTarget(null)}
        onDrop={drop}
      >
        {queue.map((waiting, index) => (
          <Waiting
            key={waiting.prompt}
            waiting={waiting}
            index={index}
            count={queue.length}
            mark={target === index ? "before" : target === queue.length && index === target - 1 ? "after" : ""}
            move={(hook, to) => {
              focused.current = { prompt: waiting.prompt, hook };
              move(waiting.prompt, to);
            }}
          />
        ))}
      </ol>
    </div>
  );
}

interface WaitingProps {
  waiting: QueuedPrompt;
  index: number;
  count: number;
  /** Where something would be dropped. */
  mark: "before" | "after" | "";
  move(hook: string, to: number): void;
}

function Waiting({ waiting, index, count, mark, move }: WaitingProps): JSX.Element {
  const session = useSession();
  const { prompt, text, attachments, mentions } = waiting;
  const beside = [...attachments, ...mentions.map(nameOf)];
  const about = text.slice(0, 80) || beside.join(", ");
  const takeBack = () => {
    const known = session.attachmentsOf(prompt);
    const lost = known === null && attachments.length > 0;
    session.unqueue(prompt);
    session.draft.putBefore(lost ? `${text}\n\n(${strings.takenBackWithout(attachments.join(", "))})` : text, known ?? [], mentions);
  };
  const button = (hook: string, icon: IconName, label: string, act: () => void, disabled = false) => (
    <button type="button" class="jcw-plain" data-jcw={hook} aria-label={`${label}: ${about}`} title={label} disabled={disabled} onClick={act}>
      <Icon name={icon} />
    </button>
  );
  return (
    <li
      data-jcw="queued"
      data-prompt={prompt}
      data-drop={mark}
      draggable
      onDragStart={(event) => {
        event.dataTransfer?.setData(DRAGGED, prompt);
        event.stopPropagation();
      }}
    >
      {waiting.when === "steer" && (
        <span class="jcw-dim jcw-queue-attached" data-jcw="steering" role="img" aria-label={strings.steering} title={strings.steering}>
          <Icon name="steer" />
        </span>
      )}
      <span class="jcw-queue-text" title={text}>
        {text}
      </span>
      {beside.length > 0 && (
        <span class="jcw-dim jcw-queue-attached" title={beside.join("\n")}>
          <Icon name="attach" />
          {beside.length}
        </span>
      )}
      {count > 1 && (
        <>
          {button("move-up", "up", strings.earlier, () => move("move-up", index - 1), index === 0)}
          {button("move-down", "down", strings.later, () => move("move-down", index + 1), index === count - 1)}
        </>
      )}
      {button("take-back", "edit", strings.edit, takeBack)}
      {button("unqueue", "close", strings.remove, () => session.unqueue(prompt))}
    </li>
  );
}

/** The place in the list at which something dropped at this height would stand. */
function placeAt(list: HTMLElement, y: number): number {
  const after = [...list.children].findIndex((item) => {
    const { top, height } = item.getBoundingClientRect();
    return y < top + height / 2;
  });
  return after < 0 ? list.children.length : after;
}
