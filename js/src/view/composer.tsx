import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSelect, useSession } from "./hooks";
import { Icon } from "./icons";
import { strings } from "./strings";

const HIGHEST_PX = 200;

/** Where the person writes. Enter sends; while Claude works, what is sent waits in the queue. */
export function Composer(): JSX.Element {
  const session = useSession();
  const running = useSelect((state) => state.state === "running" || state.state === "waiting");
  const connected = useSelect((state) => state.link.kind === "open");
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (area.current) {
      grow(area.current, text);
    }
  }, [text]);

  const send = () => {
    const written = area.current?.value.trim(); // `text` may be a keystroke behind
    if (written) {
      session.prompt(written);
      setText("");
      area.current?.focus();
    }
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div class="jcw-composer">
      <textarea
        ref={area}
        class="jcw-textarea"
        data-jcw="composer"
        rows={1}
        aria-label={strings.composer}
        placeholder={running ? strings.placeholderBusy : strings.placeholder}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <div class="jcw-composer-row">
        <span class="jcw-dim jcw-hint">{strings.hint}</span>
        {running && (
          <button type="button" class="jcw-round jcw-stop" data-jcw="stop" title={strings.stop} aria-label={strings.stop} disabled={!connected} onClick={() => session.interrupt()}>
            <Icon name="stop" />
          </button>
        )}
        <button type="button" class="jcw-round jcw-send" data-jcw="send" title={strings.send} aria-label={strings.send} disabled={!text.trim()} onClick={send}>
          <Icon name="arrowUp" />
        </button>
      </div>
    </div>
  );
}

function grow(area: HTMLTextAreaElement, text: string): void {
  area.style.height = "auto";
  if (text) {
    area.style.height = `${Math.min(HIGHEST_PX, area.scrollHeight)}px`;
  }
}
