import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../state/conversation";
import { useSelect, useSession } from "./hooks";
import { useLate } from "./header/condition";
import { strings } from "./strings";

/** How the newest turn ended. */
function outcome({ path, turns }: Conversation): string {
  const end = turns[path.at(-1) ?? -1]?.end;
  switch (end?.why) {
    case "failed":
      return `${strings.failed} ${end.problem?.text ?? ""}`.trim();
    case "cut":
      return strings.cut;
    case "interrupted":
      return strings.interrupted;
    default:
      return strings.announce.ready;
  }
}

/** Tells screen readers what changed: states, never the words of a reply as they stream. */
export function Announcer(): JSX.Element {
  const state = useSelect((now) => now.state);
  const lost = useLate(useSelect((now) => now.welcomed && now.link.kind !== "open"));
  const { store } = useSession();
  const [text, setText] = useState("");
  const before = useRef({ state, lost });
  useEffect(() => {
    const { announce } = strings;
    const old = before.current;
    before.current = { state, lost };
    if (lost !== old.lost) {
      setText(lost ? announce.lost : announce.back);
    } else if (state === "ready" && (old.state === "running" || old.state === "waiting")) {
      setText(outcome(store.state));
    } else if (state !== old.state && (state === "running" || state === "waiting" || state === "failed")) {
      setText(announce[state]);
    }
  }, [state, lost, store]);
  return (
    <div class="jcw-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
