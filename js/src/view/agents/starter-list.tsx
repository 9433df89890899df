import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../icons";
import { agents as strings } from "../strings/agents";
import { Field, useHeld } from "./field";

const MOST = 20;
const MOST_CHARS = 1000;

/** The first questions that the agent offers. */
export function StarterList(): JSX.Element {
  const held = useHeld<string[]>("starters", [], (list) => list.filter((text) => text.trim()));
  const list = useRef<HTMLOListElement>(null);
  const starters = held.value;
  const focus = (index: number) => setTimeout(() => list.current?.querySelectorAll<HTMLElement>("input")[index]?.focus());
  const move = (index: number, by: number) => {
    held.change(swapped(starters, index, index + by));
    focus(index + by);
  };
  const pressed = (event: KeyboardEvent, index: number) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      add(index + 1);
    } else if (event.altKey && event.key === "ArrowUp" && index > 0) {
      event.preventDefault();
      move(index, -1);
    } else if (event.altKey && event.key === "ArrowDown" && index < starters.length - 1) {
      event.preventDefault();
      move(index, 1);
    }
  };
  const add = (at: number) => {
    if (starters.length < MOST) {
      held.change(starters.toSpliced(at, 0, ""));
      focus(at);
    }
  };
  return (
    <Field name="starters" held={held} hint={strings.startersHint}>
      <ol class="jcw-starter-list" ref={list}>
        {starters.map((text, index) => (
          <li key={index}>
            <input
              class="jcw-line-input"
              data-jcw="draft-starter"
              aria-label={strings.starter(index + 1)}
              maxLength={MOST_CHARS}
              value={text}
              onInput={(event) => held.change(starters.with(index, event.currentTarget.value))}
              onKeyDown={(event) => pressed(event, index)}
            />
            <Act icon="up" hook="starter-up" label={strings.starterUp(index + 1)} disabled={index === 0} press={() => move(index, -1)} />
            <Act
              icon="down"
              hook="starter-down"
              label={strings.starterDown(index + 1)}
              disabled={index === starters.length - 1}
              press={() => move(index, 1)}
            />
            <Act
              icon="close"
              hook="starter-remove"
              label={strings.remove(strings.starter(index + 1).toLowerCase())}
              press={() => {
                held.change(starters.toSpliced(index, 1));
                focus(Math.max(0, index - 1));
              }}
            />
          </li>
        ))}
      </ol>
      {starters.length < MOST && (
        <button type="button" class="jcw-link jcw-field-add" data-jcw="starter-add" onClick={() => add(starters.length)}>
          <Icon name="plus" />
          {strings.starterAdd}
        </button>
      )}
    </Field>
  );
}

interface ActProps {
  icon: "up" | "down" | "close";
  hook: string;
  label: string;
  disabled?: boolean;
  press: () => void;
}

function Act({ icon, hook, label, disabled = false, press }: ActProps): JSX.Element {
  return (
    <button type="button" class="jcw-plain" data-jcw={hook} disabled={disabled} aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}

function swapped(list: readonly string[], one: number, other: number): string[] {
  return list.map((text, index) => (index === one ? list[other] : index === other ? list[one] : text) ?? "");
}
