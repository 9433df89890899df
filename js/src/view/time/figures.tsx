import type { JSX } from "preact";
import type { TurnEnded, Usage } from "../../protocol/frames.gen";
import { useSelect } from "../hooks";
import { knowing } from "../strings/knowing";
import { strings } from "../strings";
import { count, duration } from "../time";

/** What a turn took: the model that answered, time, tokens, and money as an estimate. */
export function Figures({ end }: { end: TurnEnded }): JSX.Element | null {
  const demo = useSelect((state) => state.demo);
  const { usage, duration_ms: took, model } = end;
  const figures = [demo ? "" : model, took ? duration(took) : "", usage ? tokens(usage) : "", usage && !demo ? money(usage) : ""].filter(Boolean);
  if (figures.length === 0) {
    return null;
  }
  return (
    <div class="jcw-figures" data-jcw="figures">
      {figures.join(" · ")}
    </div>
  );
}

function tokens(usage: Usage): string {
  const input = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  return input + usage.output_tokens === 0 ? "" : strings.tokens(count(input), count(usage.output_tokens));
}

function money({ cost_usd: cost }: Usage): string {
  return cost > 0 ? knowing.turnCost(cost.toFixed(cost < 0.1 ? 3 : 2)) : "";
}
