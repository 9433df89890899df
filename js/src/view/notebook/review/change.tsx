import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CellsAsk } from "../../../protocol/frames.gen";
import { useStore } from "../../hooks";
import { Icon, type IconName } from "../../icons";
import { Words } from "../../question/words";
import type { ReviewTexts } from "../../strings/review";
import { Diff } from "../../tool/diff";
import { hides, Visible } from "../../visible";
import type { Decided, Deciding, Decision } from "./deciding";
import { useReviewTexts } from "./texts";
import { whereOf } from "./where";

export type CellChange = CellsAsk["changes"][number];

const ICONS: Record<CellChange["action"], IconName> = { replace: "edit", insert: "plus", delete: "trash", move: "down" };

interface ChangeProps {
  deciding: Deciding;
  /** Its place in the proposal. */
  index: number;
  /** An answer is on its way. */
  sent: boolean;
  /** Whether a click may be taken for a decision by now. */
  armed(): boolean;
  /** Called after each decision. */
  decided(): void;
  /** The only one: it is decided with the buttons of the whole. */
  alone?: boolean;
  /** What a person should know about it first. */
  warning?: string;
  /** Whether the cell itself is seen beside it. */
  inCell?: boolean;
}

/** One change of a proposal: what it is, what it does, and the person's decision about it. */
export function OneChange({ deciding, index, sent, armed, decided, alone = false, warning = "", inCell = false }: ChangeProps): JSX.Element {
  const strings = useReviewTexts();
  const change = deciding.changes[index] as CellChange;
  const { decisions, edits } = useStore(deciding.store, (state) => state);
  const what = headline(strings, deciding.changes, index, { decisions }, inCell);
  const [editing, setEditing] = useState(edits.has(index));
  const decision = decisions.get(index) ?? null;
  const edited = edits.get(index);
  const source = edited ?? change.source;
  const decide = (made: Decision | null) => {
    if (armed()) {
      deciding.decide(index, made);
      decided();
    }
  };
  return (
    <section class="jcw-change" data-jcw="change" data-action={change.action} data-cell={change.cell} data-decision={decision === null ? "open" : decision.accept ? "accept" : "reject"} aria-label={what}>
      <header class="jcw-change-head">
        <Icon name={ICONS[change.action]} />
        <span class="jcw-change-what">
          <Visible text={what} />
        </span>
      </header>
      {warning && (
        <p class="jcw-warning" data-jcw="outdated" role="status">
          {warning}
        </p>
      )}
      {[change.before, source].some(hides) && <p class="jcw-warning">{strings.marked}</p>}
      {editing && decision === null ? (
        <SourceField value={source} disabled={sent} change={(text) => deciding.edit(index, text)} />
      ) : (
        <Shown change={change} source={source} inCell={inCell} />
      )}
      <Deeds
        key={`${index} ${decision === null}`}
        decision={decision}
        edited={edited !== undefined && edited !== change.source}
        sent={sent}
        alone={alone}
        decide={decide}
        edit={
          rewrites(change)
            ? {
                on: editing,
                turn: (on) => {
                  setEditing(on);
                  if (!on) {
                    deciding.edit(index, null);
                  }
                },
              }
            : null
        }
      />
    </section>
  );
}

/** What a change does, in a line. */
export function headline(
  strings: ReviewTexts,
  changes: readonly CellChange[],
  index: number,
  decided: Pick<Decided, "decisions">,
  inCell: boolean,
): string {
  const change = changes[index] as CellChange;
  const where = whereOf(strings, changes, index, decided, inCell);
  const cell = strings.cell(change.number ?? null);
  switch (change.action) {
    case "insert":
      return strings.cells.insert(`${strings.kinds[change.cell_type]} ${where}`);
    case "move":
      return strings.cells.move(`${cell} ${where}`);
    default:
      return strings.cells[change.action](cell);
  }
}

function rewrites({ action }: CellChange): boolean {
  return action === "insert" || action === "replace";
}

/** The difference; of a cell that is seen beside it, and goes or moves as it is, nothing. */
function Shown({ change, source, inCell }: { change: CellChange; source: string; inCell: boolean }): JSX.Element | null {
  const { diff } = useReviewTexts();
  if (inCell && !rewrites(change)) {
    return null;
  }
  const after = change.action === "delete" ? "" : source;
  return (
    <div class="jcw-change-diff">
      <Diff changes={[{ before: change.before, after }]} fold={`change:${change.cell}:${change.action}`} texts={diff} />
    </div>
  );
}

function SourceField({ value, disabled, change }: { value: string; disabled: boolean; change(text: string): void }): JSX.Element {
  const strings = useReviewTexts();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), []);
  return (
    <textarea
      ref={field}
      class="jcw-input jcw-edit-text"
      data-jcw="change-source"
      aria-label={strings.editing}
      rows={Math.min(16, Math.max(2, value.split("\n").length + 1))}
      spellcheck={false}
      disabled={disabled}
      value={value}
      onInput={(event) => change(event.currentTarget.value)}
    />
  );
}

interface DeedsProps {
  decision: Decision | null;
  edited: boolean;
  sent: boolean;
  alone: boolean;
  decide(decision: Decision | null): void;
  edit: { on: boolean; turn(on: boolean): void } | null;
}

function Deeds({ decision, edited, sent, alone, decide, edit }: DeedsProps): JSX.Element | null {
  const strings = useReviewTexts();
  const [wording, setWording] = useState(false); // a rejection
  const button = (hook: string, label: ComponentChildren, press: () => void, look = "jcw-button jcw-small") => (
    <button type="button" class={look} data-jcw={hook} disabled={sent} onClick={press}>
      {label}
    </button>
  );
  if (decision !== null) {
    return (
      <div class="jcw-change-deeds" role="status">
        <Icon name={decision.accept ? "check" : "close"} />
        <span>{outcome(strings, decision, edited)}</span>
        {!sent && button("decide-anew", strings.decideAnew, () => decide(null), "jcw-link")}
      </div>
    );
  }
  if (wording) {
    return <Rejection sent={sent} reject={(message) => decide({ accept: false, message })} cancel={() => setWording(false)} />;
  }
  return (
    <div class="jcw-change-deeds">
      {!alone && button("accept-change", edited ? strings.acceptEdited : strings.accept, () => decide({ accept: true }))}
      {!alone && button("word-reject", strings.reject, () => setWording(true))}
      {edit !== null && button(edit.on ? "discard-edit" : "edit-change", edit.on ? strings.keepOriginal : strings.edit, () => edit.turn(!edit.on), "jcw-link")}
    </div>
  );
}

/** The words of a rejection, which may be none. */
function Rejection({ sent, reject, cancel }: { sent: boolean; reject(words: string): void; cancel(): void }): JSX.Element {
  const strings = useReviewTexts();
  const [words, setWords] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector("input")?.focus({ preventScroll: true }), []);
  const submit = () => reject(words.trim());
  return (
    <form
      ref={form}
      class="jcw-change-words"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.isComposing) {
          event.preventDefault();
          event.stopPropagation();
          cancel();
        }
      }}
    >
      <Words label={strings.why} value={words} change={setWords} disabled={sent} submit={submit} />
      <div class="jcw-change-deeds">
        <button type="submit" class="jcw-button jcw-small" data-jcw="reject-change" disabled={sent}>
          {strings.reject}
        </button>
        <button type="button" class="jcw-link" data-jcw="cancel-reject" onClick={cancel}>
          {strings.cancel}
        </button>
      </div>
    </form>
  );
}

function outcome(strings: ReviewTexts, { accept, message }: Decision, edited: boolean): string {
  if (accept) {
    return edited ? strings.acceptedEdited : strings.accepted;
  }
  return message ? strings.rejectedBecause(message) : strings.rejected;
}
