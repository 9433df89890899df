import type { Rule } from "../../protocol/frames.gen";

/** A rule as Claude Code writes it, e.g. `Bash(git status:*)`. */
export function ruleText(rule: Rule): string {
  return rule.pattern ? `${rule.tool}(${rule.pattern})` : rule.tool;
}
