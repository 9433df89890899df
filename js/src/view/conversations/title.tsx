import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useRest, useSelect } from "../hooks";
import { strings } from "../strings";
import { agents } from "../strings/agents-brief";
import { conversations } from "../strings/conversations";
import { Visible } from "../visible";

/** The conversation's title; a click lets it be changed. */
export function Title(): JSX.Element {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const title = useSelect((state) => state.title);
  const notebook = useSelect((state) => state.notebook);
  const making = useSelect((state) => state.context === "agent-create");
  const [editing, setEditing] = useState("");
  const [failed, setFailed] = useState("");
  const shown = title || (making ? agents.untitled : fileName(notebook)) || strings.untitled;
  if (rest === null || !session) {
    return (
      <span class="jcw-title" title={notebook}>
        <Visible text={shown} />
      </span>
    );
  }
  if (editing === session) {
    const done = (changed: string | null) => {
      setEditing("");
      setFailed("");
      if (changed !== null) {
        rest.rename(session, changed).catch((error: Error) => setFailed(error.message));
      }
    };
    return <TitleField title={title} done={done} />;
  }
  return (
    <button
      type="button"
      class="jcw-title jcw-title-button"
      data-jcw="title"
      title={failed || `${conversations.rename} · ${notebook}`}
      data-failed={failed !== ""}
      onClick={() => setEditing(session)}
    >
      <Visible text={shown} />
    </button>
  );
}

/** Where a title is written. Enter and leaving keep it, Escape does not; `done` gets null where it stays as it was. */
export function TitleField({ title, done }: { title: string; done: (changed: string | null) => void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useLayoutEffect(() => field.current?.select(), []);
  const finish = (keep: boolean) => {
    if (!over.current) {
      over.current = true; // a field that goes away loses the focus too
      const written = field.current?.value.trim() ?? "";
      done(keep && written && written !== title ? written : null);
    }
  };
  const pressed = (event: KeyboardEvent) => {
    if ((event.key === "Enter" && !event.isComposing) || event.key === "Escape") {
      const place = field.current?.parentElement;
      event.preventDefault();
      finish(event.key === "Enter");
      // Back to what opened the field: else the keys would go nowhere.
      setTimeout(() => place?.querySelector<HTMLElement>("[data-jcw=title], [data-jcw=conversation-rename]")?.focus());
    }
  };
  return (
    <input
      ref={field}
      class="jcw-line-input jcw-title-field"
      data-jcw="title-field"
      aria-label={conversations.titleLabel}
      maxLength={200}
      defaultValue={title}
      onKeyDown={pressed}
      onBlur={() => finish(true)}
    />
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
