import type { PermissionAsk, Rule } from "../../protocol/frames.gen";

/** A rule as Claude Code writes it, e.g. `Bash(git status:*)`. */
export function ruleText(rule: Rule): string {
  return rule.pattern ? `${rule.tool}(${rule.pattern})` : rule.tool;
}

/** Whether a rule names nothing but the command that is asked for. */
export function isExact(rule: Rule, ask: PermissionAsk): boolean {
  return rule.tool === ask.name && Boolean(rule.pattern) && rule.pattern === ask.input["command"] && !rule.pattern?.includes("*");
}
