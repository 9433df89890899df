import type { JSX } from "preact";
import { useContext, useState } from "preact/hooks";
import { Icon } from "../icons";
import { agents as strings } from "../strings/agents";
import { ColorField, EffortField, ModelField, TurnsField } from "./choices";
import { FlashContext } from "./field";
import { StarterList } from "./starter-list";
import { DisallowedField, ToolsField } from "./tools";
import { NameField, TextField } from "./words";

const MORE = ["disallowed_tools", "effort", "max_turns", "color"];

/** The agent as it is so far; the person changes what they like. */
export function DraftForm(): JSX.Element {
  return (
    <div class="jcw-draft" data-jcw="draft" role="group" aria-label={strings.bench}>
      <NameField />
      <TextField name="description" hint={strings.descriptionHint} rows={2} most={4_000} />
      <TextField name="prompt" hint={strings.promptHint} rows={8} most={100_000} />
      <StarterList />
      <ToolsField />
      <ModelField />
      <More />
    </div>
  );
}

/** What few agents need; opens where Claude changes something in it. */
function More(): JSX.Element {
  const flash = useContext(FlashContext);
  const [open, setOpen] = useState(false);
  const told = flash.some((field) => MORE.includes(field));
  if (told && !open) {
    setOpen(true);
  }
  return (
    <div class="jcw-draft-more">
      <button type="button" class="jcw-link jcw-field-add" data-jcw="draft-more" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
        {strings.more}
      </button>
      {open && (
        <div class="jcw-draft-more-fields">
          <EffortField />
          <TurnsField />
          <ColorField />
          <DisallowedField />
        </div>
      )}
    </div>
  );
}
