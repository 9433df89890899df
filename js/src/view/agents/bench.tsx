import { type JSX, render } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { agents as strings } from "../strings/agents";
import { Bar } from "./bar";
import { Conflict } from "./conflict";
import { FlashContext } from "./field";
import { useDraftFile } from "./file";
import { DraftForm } from "./form";
import { drawInto, type Host } from "./host";
import { type Pane, useLayout } from "./layout";
import { useNews } from "./news";
import { Foot } from "./saving";
import { TrialPane, useTrial } from "./trial";

/**
 * Put the workbench of an agent into `element`, which stands behind the panel of the interview and has an empty bar before it.
 * @returns how to take it away again
 */
export function mountBench(element: HTMLElement, host: Host): () => void {
  const bench = element.parentElement as HTMLElement;
  const bar = bench.previousElementSibling?.previousElementSibling as HTMLElement;
  const clear = drawInto(element, host, <Bench bench={bench} bar={bar} host={host} />);
  return () => {
    clear();
    render(null, bar);
  };
}

interface BenchProps {
  bench: HTMLElement;
  bar: HTMLElement;
  host: Host;
}

function Bench({ bench, bar, host }: BenchProps): JSX.Element {
  const [chosen, setChosen] = useState<Pane>("interview");
  const [news, setNews] = useState(false);
  const wide = useLayout(bench, chosen);
  const pane = wide && chosen === "interview" ? "agent" : chosen;
  const file = useDraftFile();
  const trial = useTrial();
  const { flash, words } = useNews(() => setNews(pane !== "agent"));
  const choose = (next: Pane) => {
    setChosen(next);
    if (next === "agent") {
      setNews(false);
    }
  };
  const panes: readonly Pane[] = wide ? ["agent", "try"] : ["interview", "agent", "try"];
  useLayoutEffect(() => {
    drawInto(bar, host, <Bar pane={pane} panes={panes} news={news && pane !== "agent" ? "agent" : null} choose={choose} />);
  });
  return (
    <FlashContext.Provider value={flash}>
      <div class="jcw-bench-pane" role="tabpanel" aria-label={strings.tabs.agent} hidden={pane === "try"}>
        <div class="jcw-bench-body" tabIndex={-1}>
          {file.conflict ? <Conflict file={file} conflict={file.conflict} /> : <DraftForm />}
        </div>
        {!file.conflict && (
          <Foot
            file={file}
            tryIt={() => {
              choose("try");
              trial.start();
            }}
          />
        )}
      </div>
      <div class="jcw-bench-pane" role="tabpanel" aria-label={strings.tabs.try} hidden={pane !== "try"}>
        <TrialPane trial={trial} mountPanel={host.mountPanel} />
      </div>
      <div class="jcw-hidden" role="status" data-jcw="draft-news">
        {words}
      </div>
    </FlashContext.Provider>
  );
}
