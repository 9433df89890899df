import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Color } from "../../agents";
import type { Effort } from "../../rest";
import { useOffers } from "../header/offers";
import { useUniqueId } from "../hooks";
import { agents as strings } from "../strings/agents";
import { knowing } from "../strings/knowing";
import { Field, useHeld } from "./field";

const EFFORTS: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];
const COLORS = Object.keys(strings.colors) as Color[];
const OTHER = "\n"; // no model is called that
const INHERIT = "inherit";
const MOST_TURNS = 10_000;

/** Which model it runs with. */
export function ModelField(): JSX.Element {
  const held = useHeld<string>("model", "");
  const offers = useOffers();
  const id = useUniqueId();
  const [own, setOwn] = useState(false);
  const offered = offers.kind === "there" ? offers.value.models.filter((model) => model.id !== "default") : [];
  const value = held.value === INHERIT ? "" : held.value;
  const unlisted = value !== "" && !offered.some((model) => model.id === value);
  const choose = (chosen: string) => {
    setOwn(chosen === OTHER);
    held.change(chosen === OTHER ? "" : chosen);
  };
  return (
    <Field name="model" held={held} control={id}>
      <select id={id} class="jcw-line-input" data-jcw="draft-model" value={own ? OTHER : value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{strings.modelDefault}</option>
        {offered.map((model) => (
          <option key={model.id} value={model.id}>
            {model.label || model.id}
          </option>
        ))}
        {unlisted && !own && <option value={value}>{value}</option>}
        <option value={OTHER}>{strings.modelOther}</option>
      </select>
      {own && (
        <input
          class="jcw-line-input"
          data-jcw="draft-model-other"
          maxLength={200}
          spellcheck={false}
          autocomplete="off"
          aria-label={strings.modelName}
          placeholder={strings.modelName}
          value={value}
          onInput={(event) => held.change(event.currentTarget.value.trim())}
        />
      )}
    </Field>
  );
}

/** How hard it thinks. */
export function EffortField(): JSX.Element {
  return (
    <Select name="effort" none={strings.effortDefault}>
      {EFFORTS.map((effort) => (
        <option key={effort} value={effort}>
          {knowing.efforts[effort]}
        </option>
      ))}
    </Select>
  );
}

/** How Claude Code marks it. */
export function ColorField(): JSX.Element {
  return (
    <Select name="color" none={strings.colorNone}>
      {COLORS.map((color) => (
        <option key={color} value={color}>
          {strings.colors[color]}
        </option>
      ))}
    </Select>
  );
}

function Select({ name, none, children }: { name: "effort" | "color"; none: string; children: ComponentChildren }): JSX.Element {
  const held = useHeld<string>(name, "");
  const id = useUniqueId();
  return (
    <Field name={name} held={held} control={id}>
      <select id={id} class="jcw-line-input" data-jcw={`draft-${name}`} value={held.value} onChange={(event) => held.change(event.currentTarget.value)}>
        <option value="">{none}</option>
        {children}
      </select>
    </Field>
  );
}

/** How many turns of the model one task may take. */
export function TurnsField(): JSX.Element {
  const held = useHeld<number | null>("max_turns", null);
  const id = useUniqueId();
  const change = (text: string) => {
    const turns = Math.round(Number(text));
    held.change(text && turns >= 1 ? Math.min(turns, MOST_TURNS) : null);
  };
  return (
    <Field name="max_turns" held={held} control={id}>
      <span class="jcw-field-line">
        <input
          id={id}
          class="jcw-line-input"
          data-jcw="draft-max_turns"
          type="number"
          min={1}
          max={MOST_TURNS}
          placeholder={strings.turnsNone}
          value={held.value ?? ""}
          onInput={(event) => change(event.currentTarget.value)}
        />
        <span class="jcw-dim">{strings.turns}</span>
      </span>
    </Field>
  );
}
