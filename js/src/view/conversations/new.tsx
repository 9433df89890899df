import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { toComposer } from "../focus";
import { useRest, useSelect } from "../hooks";
import { Icon } from "../icons";
import { conversations } from "../strings/conversations";
import { useSwitcher } from "./switcher";

/** How to begin another conversation of the same notebook, in this panel's place; null where that is not possible. */
export function useBegin(): (() => Promise<void>) | null {
  const rest = useRest();
  const switcher = useSwitcher();
  const notebook = useSelect((state) => state.notebook);
  if (rest === null || switcher === null || !notebook) {
    return null;
  }
  return async () => switcher.show((await rest.openSession({ notebook, new: true })).session_id);
}

/** The button for it. */
export function NewConversation(): JSX.Element | null {
  const begin = useBegin();
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  if (begin === null) {
    return null;
  }
  const create = ({ currentTarget }: { currentTarget: Element }) => {
    setBusy(true);
    begin()
      .then(() => toComposer(currentTarget))
      .then(() => setFailed(""), (error: Error) => setFailed(error.message))
      .finally(() => setBusy(false));
  };
  return (
    <button
      type="button"
      class="jcw-plain jcw-new"
      data-jcw="new-conversation"
      data-failed={failed !== ""}
      disabled={busy}
      aria-label={conversations.create}
      title={failed || conversations.create}
      onClick={create}
    >
      <Icon name="plus" />
    </button>
  );
}
