import type { JSX } from "preact";
import type { AgentConflict } from "../../agents";
import type { DraftFields } from "../../protocol/frames.gen";
import type { Field } from "../../state/drafting";
import { useSelect, useSession } from "../hooks";
import { Icon } from "../icons";
import { agents as strings } from "../strings/agents";
import { knowing } from "../strings/knowing";
import { Visible } from "../visible";
import { differences, fieldsOf, NAME } from "./draft";
import { type DraftFile, fieldsIn } from "./file";
import { Trouble, toField } from "./saving";

/** The file is another one than the draft came from: both side by side, and the ways on. */
export function Conflict({ file, conflict: { theirs } }: { file: DraftFile; conflict: AgentConflict }): JSX.Element {
  const session = useSession();
  const drafting = useSelect((state) => state.drafting);
  const mine = fieldsOf(drafting);
  const other = fieldsIn(theirs);
  const name = mine.name ?? "";
  const fields = theirs?.agent ? differences(mine, other) : [];
  const takeAll = () => {
    session.editDraft(other);
    session.flushDraft();
    file.settle(theirs);
  };
  const rename = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const bench = currentTarget.closest<HTMLElement>(".jcw-bench");
    session.editDraft({ name: another(name) });
    session.flushDraft();
    file.settle(null);
    setTimeout(() => bench?.firstElementChild && toField(bench.firstElementChild as HTMLElement, "name"));
  };
  return (
    <div class="jcw-conflict" data-jcw="conflict" role="group" aria-labelledby="jcw-conflict-title">
      <h2 id="jcw-conflict-title" tabIndex={-1} ref={(title) => title?.focus()}>
        <Icon name="alert" />
        <Visible text={titleOf(file, theirs !== null, `${name}.agent.json`)} />
      </h2>
      <p>{theirs === null ? strings.goneText : theirs.agent === null ? strings.unreadable : fields.length > 0 ? strings.conflictText : strings.conflictSame}</p>
      {fields.map((field) => (
        <Difference key={field} field={field} mine={mine[field]} theirs={other[field]} take={() => session.editDraft({ [field]: other[field] ?? null } as DraftFields)} />
      ))}
      {file.problem && <Trouble problem={file.problem} />}
      <div class="jcw-acts">
        <button type="button" class="jcw-button jcw-primary" data-jcw="keep-mine" disabled={file.busy || theirs?.read_only} onClick={() => void file.save(theirs)}>
          {theirs === null ? strings.saveAgain : strings.keepMine}
        </button>
        {theirs?.agent && (
          <button type="button" class="jcw-button" data-jcw="take-theirs" disabled={file.busy} onClick={takeAll}>
            {strings.takeTheirs}
          </button>
        )}
        {theirs !== null && (
          <button type="button" class="jcw-button" data-jcw="other-name" disabled={file.busy} onClick={rename}>
            {strings.otherName}
          </button>
        )}
        <button type="button" class="jcw-link" data-jcw="conflict-back" onClick={() => file.settle(file.saved)}>
          {strings.backToForm}
        </button>
      </div>
    </div>
  );
}

interface DifferenceProps {
  field: Field;
  mine: unknown;
  theirs: unknown;
  take: () => void;
}

function Difference({ field, mine, theirs, take }: DifferenceProps): JSX.Element {
  return (
    <div class="jcw-difference" data-jcw="difference" data-field={field}>
      <h3>{strings.fields[field]}</h3>
      <div class="jcw-sides">
        <Side title={strings.mine} text={written(field, mine)} />
        <Side title={strings.theirs} text={written(field, theirs)} />
      </div>
      {field !== "name" && (
        <button type="button" class="jcw-link" data-jcw="take-field" aria-label={`${strings.takeField}: ${strings.fields[field]}`} onClick={take}>
          {strings.takeField}
        </button>
      )}
    </div>
  );
}

function Side({ title, text }: { title: string; text: string }): JSX.Element {
  return (
    <div class="jcw-side">
      <div class="jcw-dim">{title}</div>
      <div class="jcw-side-text" tabIndex={0} role="group" aria-label={title}>
        <Visible text={text} />
      </div>
    </div>
  );
}

function titleOf(file: DraftFile, there: boolean, name: string): string {
  if (!there) {
    return strings.goneTitle(name);
  }
  return file.saved ? strings.changedTitle(name) : strings.existsTitle(name);
}

/** A field's value for people. */
function written(field: Field, value: unknown): string {
  if (Array.isArray(value)) {
    return value.length > 0 ? value.join(field === "starters" ? "\n" : ", ") : strings.empty;
  }
  if (field === "tools" && value == null) {
    return strings.toolsAll;
  }
  if (field === "effort" && typeof value === "string") {
    return knowing.efforts[value as keyof typeof knowing.efforts];
  }
  return value == null || value === "" ? strings.empty : String(value);
}

/** A name that is likely to be free. */
function another(name: string): string {
  const [, stem = name, number = "1"] = /^(.*?)-(\d{1,3})$/.exec(name) ?? [];
  const made = `${stem.slice(0, 59)}-${Number(number) + 1}`;
  return NAME.test(made) ? made : name;
}
