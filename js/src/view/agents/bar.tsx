import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useSwitcher } from "../conversations/switcher";
import { useRest, useSelect } from "../hooks";
import { Icon } from "../icons";
import { agents as strings } from "../strings/agents";
import type { Pane } from "./layout";
import { backHome } from "./run-here";

interface BarProps {
  pane: Pane;
  panes: readonly Pane[];
  /** Which of them holds something that the person has not seen. */
  news: Pane | null;
  choose(pane: Pane): void;
}

/** The way back, and the tabs. */
export function Bar({ pane, panes, news, choose }: BarProps): JSX.Element {
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = panes[(panes.indexOf(pane) + step + panes.length) % panes.length] as Pane;
      choose(next);
      (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-pane=${next}]`)?.focus();
    }
  };
  return (
    <>
      <Back />
      <div class="jcw-bench-tabs" role="tablist" aria-label={strings.views} onKeyDown={pressed}>
        {panes.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            class="jcw-bench-tab"
            data-jcw={`tab-${each}`}
            data-pane={each}
            aria-selected={each === pane}
            tabIndex={each === pane ? 0 : -1}
            onClick={() => choose(each)}
          >
            {strings.tabs[each]}
            {news === each && (
              <span class="jcw-news" data-jcw="tab-news">
                <span class="jcw-hidden">({strings.tabChanged})</span>
              </span>
            )}
          </button>
        ))}
      </div>
    </>
  );
}

function Back(): JSX.Element | null {
  const rest = useRest();
  const switcher = useSwitcher();
  const notebook = useSelect((state) => state.notebook);
  const [failed, setFailed] = useState("");
  if (rest === null || switcher === null || !notebook) {
    return null;
  }
  return (
    <button
      type="button"
      class="jcw-link jcw-bench-back"
      data-jcw="back"
      data-failed={failed !== ""}
      aria-label={strings.back}
      title={failed || strings.back}
      onClick={() => void backHome(rest, switcher, notebook).catch((error: Error) => setFailed(error.message))}
    >
      <Icon name="chevron" />
      <span class="jcw-bench-back-words">{strings.back}</span>
    </button>
  );
}
