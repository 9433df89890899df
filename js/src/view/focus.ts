/** Whoever sends a prompt or begins a conversation wants to write on. */
export function toComposer(part: Element): void {
  part.closest("[data-jcw=panel]")?.querySelector<HTMLElement>("[data-jcw=composer]")?.focus();
}

/** Whoever looks for another conversation wants the list of them. */
export function toConversations(part: Element): void {
  part.closest("[data-jcw=panel]")?.querySelector<HTMLElement>("[data-jcw=conversations]")?.click();
}
