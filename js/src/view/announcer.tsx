import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useSelect } from "./hooks";
import { useLate } from "./header";
import { strings } from "./strings";

/** Tells screen readers what changed: states, never the words of a reply as they stream. */
export function Announcer(): JSX.Element {
  const state = useSelect((now) => now.state);
  const lost = useLate(useSelect((now) => now.welcomed && now.link.kind !== "open"));
  const [text, setText] = useState("");
  const before = useRef({ state, lost });
  useEffect(() => {
    const { announce } = strings;
    const old = before.current;
    before.current = { state, lost };
    if (lost !== old.lost) {
      setText(lost ? announce.lost : announce.back);
    } else if (state === "ready" && (old.state === "running" || old.state === "waiting")) {
      setText(announce.ready);
    } else if (state !== old.state && (state === "running" || state === "waiting" || state === "failed")) {
      setText(announce[state]);
    }
  }, [state, lost]);
  return (
    <div class="jcw-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
