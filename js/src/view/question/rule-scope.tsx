import type { JSX } from "preact";
import type { PermissionAsk, Rule } from "../../protocol/frames.gen";
import { strings } from "../strings";
import { Visible } from "../visible";
import { isExact, ruleText } from "./rule";

/** What a rule would allow. One that names nothing but the command above it is not written out again. */
export function RuleScope({ rule, ask }: { rule: Rule; ask: PermissionAsk }): JSX.Element {
  if (isExact(rule, ask)) {
    return <span class="jcw-dim">{strings.exactly}</span>;
  }
  return (
    <code class="jcw-rule">
      <Visible text={ruleText(rule)} />
    </code>
  );
}
