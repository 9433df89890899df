import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { ToolItem } from "../state/conversation";
import { useSelect } from "./hooks";
import { Icon, Spinner } from "./icons";
import { useReading } from "./reading";
import { elementOf } from "./scroll/element";
import { toolStrings as strings } from "./strings/tool";
import { backgroundTasks } from "./tool/background";
import { summary } from "./tool/summary";

function nameOf(item: ToolItem): string {
  const description = item.input?.["description"];
  return typeof description === "string" && description ? description : summary(item).argument;
}

/** How many tasks go on in the background, and the way to their cards. */
export function BackgroundTasks(): JSX.Element | null {
  const { viewport, folds } = useReading();
  const next = useRef(0);
  const shown = useSelect((state) => JSON.stringify(backgroundTasks(state).map(({ turn, item }) => [turn, item.tool, nameOf(item)])));
  const tasks = JSON.parse(shown) as [string, string, string][];
  if (tasks.length === 0) {
    return null;
  }
  const go = async () => {
    const [turn, tool] = tasks[next.current++ % tasks.length] as [string, string, string];
    folds.set(tool, true);
    const slot = await viewport.reveal(turn);
    const card = slot === null ? undefined : elementOf(slot, tool);
    card?.scrollIntoView({ block: "nearest" });
    card?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
  };
  return (
    <button type="button" class="jcw-background" data-jcw="background" title={strings.nextBackgroundTask} onClick={go}>
      <Spinner />
      <span>{strings.backgroundTasks(tasks.length)}</span>
      <span class="jcw-dim jcw-background-what">{tasks.map(([, , what]) => what).join(" · ")}</span>
      <Icon name="arrowUp" />
    </button>
  );
}
