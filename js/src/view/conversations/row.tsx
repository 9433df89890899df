import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SessionResource } from "../../rest";
import { useArmed } from "../hooks";
import { Icon } from "../icons";
import { conversations } from "../strings/conversations";
import { Visible, writtenOut } from "../visible";
import { TitleField } from "./title";

interface RowProps {
  resource: SessionResource;
  /** Whether it is the one in the panel. */
  shown: boolean;
  show: () => void;
  rename: (title: string) => void;
  remove: () => void;
}

/** One conversation of the list. */
export function Row({ resource, shown, show, rename, remove }: RowProps): JSX.Element {
  const [act, setAct] = useState<"rename" | "remove" | null>(null);
  const title = writtenOut(resource.title) || conversations.untitled;
  if (act === "rename") {
    const done = (changed: string | null) => {
      setAct(null);
      if (changed !== null) {
        rename(changed);
      }
    };
    return (
      <li class="jcw-conversation-row">
        <TitleField title={resource.title} done={done} />
      </li>
    );
  }
  if (act === "remove") {
    return <Removal resource={resource} title={title} keep={() => setAct(null)} remove={remove} />;
  }
  return (
    <li class="jcw-conversation-row" data-jcw="conversation" data-session={resource.session_id}>
      <button type="button" class="jcw-conversation-open" data-jcw="conversation-open" data-move aria-current={shown} onClick={show}>
        <span class="jcw-conversation-title">
          <Visible text={resource.title || conversations.untitled} />
        </span>
        <span class="jcw-dim">
          <State resource={resource} />
          {conversations.turns(resource.turns)} · <time dateTime={resource.modified}>{when(resource.modified)}</time>
        </span>
        {resource.snippet && (
          <span class="jcw-dim jcw-snippet">
            <Visible text={resource.snippet} />
          </span>
        )}
      </button>
      <span class="jcw-actions">
        <button
          type="button"
          class="jcw-plain"
          data-jcw="conversation-rename"
          aria-label={conversations.renameIt(title)}
          title={conversations.rename}
          onClick={() => setAct("rename")}
        >
          <Icon name="edit" />
        </button>
        <button
          type="button"
          class="jcw-plain"
          data-jcw="conversation-delete"
          aria-label={conversations.removeIt(title)}
          title={conversations.remove}
          onClick={() => setAct("remove")}
        >
          <Icon name="trash" />
        </button>
      </span>
    </li>
  );
}

/** What would be lost, and the second act. */
function Removal({ resource, title, keep, remove }: { resource: SessionResource; title: string; keep: () => void; remove: () => void }): JSX.Element {
  const armed = useArmed(resource.session_id);
  const running = resource.state === "running" || resource.state === "waiting";
  return (
    <li class="jcw-conversation-row jcw-removal" data-jcw="conversation-removal">
      <div class="jcw-removal-words" role="alert">
        <strong>{conversations.removeTitle(title)}</strong>
        <span>{conversations.removeText(resource.turns)}</span>
        {running && <span>{conversations.removeRunning}</span>}
      </div>
      <span class="jcw-acts">
        <button type="button" class="jcw-button" ref={(button) => button?.focus()} onClick={keep}>
          {conversations.keep}
        </button>
        <button type="button" class="jcw-button jcw-danger" data-jcw="conversation-delete-do" onClick={() => armed() && remove()}>
          {conversations.remove}
        </button>
      </span>
    </li>
  );
}

function State({ resource: { state } }: { resource: SessionResource }): JSX.Element | null {
  const words = state === "running" || state === "waiting" || state === "failed" ? conversations.states[state] : null;
  return words === null ? null : (
    <span data-condition={state}>
      <span class="jcw-dot" aria-hidden="true" /> {words} ·{" "}
    </span>
  );
}

/** A time for people: of today the hour, of another day the date. */
export function when(iso: string): string {
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  return today
    ? time.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })
    : time.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}
