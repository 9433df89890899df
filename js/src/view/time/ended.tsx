import type { JSX } from "preact";
import type { Item, Turn } from "../../state/conversation";
import { toComposer } from "../focus";
import { useSelect, useSession } from "../hooks";
import { branching } from "../strings/branching";
import { Act } from "./act";
import { CopyButton } from "./copy";
import { Figures } from "./figures";
import { backReason } from "./reason";

/** The end of a turn: what can be done about its reply, and what it took. */
export function Ended({ turn, last }: { turn: Turn; last: boolean }): JSX.Element {
  return (
    <div class="jcw-ended">
      <span class="jcw-actions" role="group" aria-label={branching.reply}>
        {turn.items.some(said) && <CopyButton text={() => markdownOf(turn)} label={branching.copyReply} hook="copy-reply" />}
        {last && turn.origin.kind === "prompt" && <Retry turn={turn} />}
      </span>
      {turn.end !== null && <Figures end={turn.end} />}
    </div>
  );
}

function Retry({ turn }: { turn: Turn }): JSX.Element {
  const session = useSession();
  const blocked = useSelect(backReason);
  const again = async (button: Element) => {
    const panel = button.closest("[data-jcw=panel]");
    if ((await session.resend(turn, turn.text)) && panel !== null) {
      toComposer(panel);
    }
  };
  return <Act hook="retry" icon="again" label={branching.retry} blocked={blocked} done={(button) => void again(button)} />;
}

function said(item: Item): boolean {
  return item.kind === "text";
}

/** What Claude said in a turn, as it wrote it. */
function markdownOf(turn: Turn): string {
  return turn.items.flatMap((item) => (item.kind === "text" ? [item.text.trim()] : [])).join("\n\n");
}
