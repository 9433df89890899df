import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";
import { useReading, useValue } from "../reading";
import { toolStrings as strings } from "../strings/tool";

/** Words to look for, how often they are there, and the way from one to the next. */
export function FindBar(): JSX.Element {
  const { finder } = useReading();
  const element = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useValue((reader) => finder.subscribe(reader), () => `${finder.open} ${finder.now} ${finder.count} ${finder.query}`);
  useEffect(() => {
    const panel = element.current?.closest<HTMLElement>(".jcw-panel");
    const pressed = (event: KeyboardEvent) => {
      const wanted = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (wanted && event.target !== input.current) {
        event.preventDefault(); // once more in the bar itself, and it is the browser's
        finder.start();
        input.current?.select();
      }
    };
    panel?.addEventListener("keydown", pressed);
    return () => {
      panel?.removeEventListener("keydown", pressed);
      finder.stop();
    };
  }, [finder]);
  useLayoutEffect(() => {
    if (finder.open) {
      input.current?.select(); // before the next key comes
    }
  }, [finder.open]);
  const close = () => {
    element.current?.closest(".jcw-panel")?.querySelector<HTMLElement>(".jcw-viewport")?.focus({ preventScroll: true });
    finder.stop();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") {
        close();
      } else {
        finder.step(event.shiftKey ? -1 : 1);
      }
    }
  };
  const words = finder.count > 0 ? strings.findCount(finder.now + 1, finder.count) : finder.query.trim() ? strings.findNone : "";
  return (
    <div ref={element} class="jcw-find-place">
      {finder.open && (
        <div class="jcw-find" role="search" data-jcw="find">
          <Icon name="search" />
          <input
            ref={input}
            class="jcw-find-input"
            data-jcw="find-input"
            type="text"
            aria-label={strings.findLabel}
            placeholder={strings.find}
            value={finder.query}
            onInput={(event) => finder.search(event.currentTarget.value)}
            onKeyDown={pressed}
          />
          <span class="jcw-dim jcw-find-count" role="status" data-jcw="find-count">
            {words}
          </span>
          <FindStep icon="arrowUp" label={strings.findPrevious} by={-1} />
          <FindStep icon="arrowDown" label={strings.findNext} by={1} />
          <button type="button" class="jcw-plain" title={strings.findClose} aria-label={strings.findClose} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

function FindStep({ icon, label, by }: { icon: "arrowUp" | "arrowDown"; label: string; by: 1 | -1 }): JSX.Element {
  const { finder } = useReading();
  return (
    <button type="button" class="jcw-plain" title={label} aria-label={label} disabled={finder.count === 0} onClick={() => finder.step(by)}>
      <Icon name={icon} />
    </button>
  );
}

/** Opens the search. */
export function FindButton(): JSX.Element {
  const { finder } = useReading();
  return (
    <button type="button" class="jcw-plain" data-jcw="find-open" title={strings.find} aria-label={strings.find} onClick={() => finder.start()}>
      <Icon name="search" />
    </button>
  );
}
