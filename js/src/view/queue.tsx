import type { JSX } from "preact";
import { useSelect, useSession } from "./hooks";
import { Icon } from "./icons";
import { strings } from "./strings";

/** The prompts that wait, in order; each can be taken back. */
export function Queue(): JSX.Element | null {
  const session = useSession();
  const queue = useSelect((state) => state.queue);
  if (queue.length === 0) {
    return null;
  }
  return (
    <div class="jcw-queue" data-jcw="queue">
      <div class="jcw-label">
        <Icon name="clock" />
        {strings.queued(queue.length)}
      </div>
      <ol>
        {queue.map((waiting) => (
          <li key={waiting.prompt} data-jcw="queued">
            <span class="jcw-queue-text" title={waiting.text}>
              {waiting.text}
            </span>
            <button
              type="button"
              class="jcw-plain"
              data-jcw="unqueue"
              aria-label={`${strings.takeBack}: ${waiting.text.slice(0, 80)}`}
              title={strings.takeBack}
              onClick={() => session.unqueue(waiting.prompt)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
