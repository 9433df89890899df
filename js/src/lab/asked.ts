/** Put the focus to the open question in a part of the page and bring it into sight. False where none is shown there. */
export function goToQuestion(inside: Element | null | undefined): boolean {
  const all = inside?.querySelectorAll<HTMLElement>("[data-jcw=question]:not([hidden])") ?? [];
  const question = [...all].find(({ offsetParent }) => offsetParent !== null);
  question?.focus();
  question?.scrollIntoView({ block: "nearest" });
  return question !== undefined;
}
