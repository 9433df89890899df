/** How long a question must have been there before a number key counts: longer than for a click, people type ahead. */
const TYPED_AHEAD_MS = 800;

/**
 * Keys inside a question: numbers press what carries them, arrows and Enter go to the first control, Escape goes back to the
 * message, and a letter begins one.
 */
export function pressedIn(section: HTMLElement, since: number, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const target = event.target as HTMLElement;
  if (event.key === "Escape") {
    stop(event);
    composerBeside(section)?.focus();
  } else if (target.matches("input:not([type=radio], [type=checkbox]), textarea")) {
    return;
  } else if (/^[1-9]$/.test(event.key)) {
    stop(event);
    if (performance.now() - since >= TYPED_AHEAD_MS) {
      const control = section.querySelector<HTMLElement>(`[data-digit="${event.key}"]:enabled`);
      control?.focus();
      control?.click();
    }
  } else if (target === section && ["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) {
    stop(event);
    const controls = section.querySelectorAll<HTMLElement>("button:enabled, input:enabled");
    (event.key === "ArrowUp" ? controls[controls.length - 1] : (section.querySelector<HTMLElement>("[data-digit]:enabled") ?? controls[0]))?.focus();
  } else if (target === section && event.key.length === 1 && event.key !== " ") {
    composerBeside(section)?.focus(); // before the character arrives, so that it is written there
  }
}

/** The message field of the panel that shows this question. */
export function composerBeside(element: Element): HTMLElement | null {
  return element.closest("[data-jcw=panel]")?.querySelector<HTMLElement>("[data-jcw=composer]") ?? null;
}

/** Whether the person is in the panel, and not about to write something there. */
export function isIdle(panel: Element): boolean {
  const active = document.activeElement;
  if (active === null || !panel.contains(active)) {
    return false;
  }
  const writes = active.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  return !writes || (active.matches("[data-jcw=composer]") && (active as HTMLTextAreaElement).value === "");
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
