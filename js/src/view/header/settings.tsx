import type { JSX } from "preact";
import { AgentPicker } from "../agents/picker";
import { knowing } from "../strings/knowing";
import { Gauge } from "./gauge";
import { ModePicker } from "./mode";
import { EffortPicker, ModelPicker } from "./model";

/** What the session runs with, in one line below the composer. */
export function Settings(): JSX.Element {
  return (
    <div class="jcw-settings" data-jcw="settings" role="group" aria-label={knowing.settings}>
      <ModePicker />
      <ModelPicker />
      <EffortPicker />
      <AgentPicker />
      <span class="jcw-spring" />
      <Gauge />
    </div>
  );
}
