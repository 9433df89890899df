import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useUniqueId } from "../hooks";
import { agents as strings } from "../strings/agents";
import { NAME, nameFrom } from "./draft";
import { Field, useHeld } from "./field";

/** What the agent is called, and so its file. */
export function NameField(): JSX.Element {
  const held = useHeld("name", "");
  const id = useUniqueId();
  const name = held.value;
  const wrong = name !== "" && !NAME.test(name);
  const better = wrong ? nameFrom(name) : "";
  const hint = wrong ? (
    <span class="jcw-field-wrong" role="alert">
      {strings.nameRule}{" "}
      {better && (
        <button type="button" class="jcw-link" data-jcw="use-name" onClick={() => held.change(better)}>
          {strings.nameUse(better)}
        </button>
      )}
    </span>
  ) : name ? (
    strings.nameFile(name)
  ) : (
    strings.nameRule
  );
  return (
    <Field name="name" held={held} control={id} hint={hint} hintId={`${id}-hint`}>
      <input
        id={id}
        class="jcw-line-input"
        data-jcw="draft-name"
        maxLength={200}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-invalid={wrong}
        aria-describedby={`${id}-hint`}
        value={name}
        onInput={(event) => held.change(event.currentTarget.value)}
      />
    </Field>
  );
}

interface TextFieldProps {
  name: "description" | "prompt";
  hint: string;
  rows: number;
  most: number;
}

/** A longer text, which grows with what is in it. */
export function TextField({ name, hint, rows, most }: TextFieldProps): JSX.Element {
  const held = useHeld<string>(name, "");
  const id = useUniqueId();
  const area = useRef<HTMLTextAreaElement>(null);
  useGrowing(area, held.value);
  return (
    <Field name={name} held={held} control={id} hint={hint} hintId={`${id}-hint`}>
      <textarea
        id={id}
        ref={area}
        class="jcw-line-input jcw-field-text"
        data-jcw={`draft-${name}`}
        rows={rows}
        maxLength={most}
        aria-describedby={`${id}-hint`}
        value={held.value}
        onInput={(event) => held.change(event.currentTarget.value)}
      />
    </Field>
  );
}

/** Keeps the whole text in sight, also when the field gets another width. */
function useGrowing(area: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const field = area.current;
    if (field && field.value === text) {
      grow(field);
    }
  }, [area, text]);
  useLayoutEffect(() => {
    const field = area.current;
    if (!field) {
      return;
    }
    let width = 0;
    const sizes = new ResizeObserver(() => {
      if (field.clientWidth !== width) {
        width = field.clientWidth;
        grow(field);
      }
    });
    sizes.observe(field);
    return () => sizes.disconnect();
  }, [area]);
}

function grow(area: HTMLTextAreaElement): void {
  const scroller = area.closest(".jcw-bench-body");
  const top = scroller?.scrollTop ?? 0;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
  if (scroller) {
    scroller.scrollTop = top; // a text that shrinks for a moment would let the form jump
  }
}
