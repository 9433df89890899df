import { type ComponentChildren, createContext, type JSX } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Field as FieldName } from "../../state/drafting";
import { useSelect, useSession } from "../hooks";
import { agents as strings } from "../strings/agents";
import { fieldsOf, sameValue } from "./draft";

/** The fields that Claude has just changed. */
export const FlashContext = createContext<readonly FieldName[]>([]);

/** A field of the draft under the person's hands. */
export interface Held<T> {
  value: T;
  /** Claude wrote something else while the person was writing. */
  clash: boolean;
  change(value: T): void;
  /** Show what Claude wrote. */
  take(): void;
  /** The person turns to something else: what they wrote stands. */
  leave(): void;
}

/**
 * A field of the draft. What the person has begun to write stays under their fingers, whatever Claude does meanwhile.
 *
 * @param empty shown where the draft has nothing
 * @param sent what is sent of a value
 */
export function useHeld<T>(field: FieldName, empty: T, sent: (value: T) => unknown = (value) => value || null): Held<T> {
  const session = useSession();
  const drafting = useSelect((state) => state.drafting);
  const [held, setHeld] = useState<{ value: T } | null>(null);
  const there = fieldsOf(drafting)[field] ?? null;
  const clash = held !== null && !sameValue(field, sent(held.value), there);
  const send = (value: T) => session.editDraft({ [field]: sent(value) });
  return {
    value: held ? held.value : ((there as T | null) ?? empty),
    clash,
    change(value) {
      setHeld({ value });
      send(value);
    },
    take: () => setHeld(null),
    leave() {
      if (held && clash) {
        send(held.value);
      }
      session.flushDraft();
      setHeld(null);
    },
  };
}

interface FieldProps {
  name: FieldName;
  held: Pick<Held<unknown>, "clash" | "take" | "leave">;
  /** Says what the field is for; found by `aria-describedby` under this id. */
  hint?: ComponentChildren;
  hintId?: string;
  /** Of the control that the label belongs to; without it the field is a group. */
  control?: string;
  children: ComponentChildren;
}

/** A field with its label; it lights up when Claude has changed it. */
export function Field({ name, held, hint, hintId, control, children }: FieldProps): JSX.Element {
  const flash = useContext(FlashContext).includes(name);
  const label = strings.fields[name];
  const left = (event: FocusEvent) => {
    if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) {
      held.leave();
    }
  };
  const group = control === undefined ? { role: "group" as const, "aria-label": label } : {};
  return (
    <div class="jcw-field" data-jcw="field" data-field={name} data-flash={flash} onFocusOut={left} {...group}>
      {control === undefined ? <span class="jcw-field-label">{label}</span> : <label class="jcw-field-label" for={control}>{label}</label>}
      {children}
      {held.clash && (
        <div class="jcw-field-clash" role="status">
          {strings.claudeToo}
          <button type="button" class="jcw-link" data-jcw="take-claudes" onClick={held.take}>
            {strings.takeClaudes}
          </button>
        </div>
      )}
      {hint && (
        <div class="jcw-dim" id={hintId}>
          {hint}
        </div>
      )}
    </div>
  );
}
