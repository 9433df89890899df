/** Whoever sends a prompt or begins a conversation wants to write on. */
export function toComposer(part: Element): void {
  part.closest("[data-jcw=panel]")?.querySelector<HTMLElement>("[data-jcw=composer]")?.focus();
}
