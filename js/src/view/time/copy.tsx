import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons";
import { branching } from "../strings/branching";

const SAID_MS = 1500;

/** A button that copies a text, and says whether it could. */
export function CopyButton({ text, label, hook }: { text: () => string; label: string; hook: string }): JSX.Element {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = said ? setTimeout(() => setSaid(""), SAID_MS) : undefined;
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    copied(text()).then((done) => setSaid(done ? branching.copied : branching.copyFailed));
  };
  return (
    <button type="button" class="jcw-plain" data-jcw={hook} aria-label={said || label} title={said || label} onClick={copy}>
      <Icon name={said === branching.copied ? "check" : "copy"} />
    </button>
  );
}

/** The clipboard is missing on pages over plain HTTP, and may be refused elsewhere. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
