/** A box that scrolls sideways can be reached with the keyboard, and says what it is; one that has no need cannot. */
export function watchOverflow(box: HTMLElement, content: HTMLElement, label: string): void {
  if (typeof ResizeObserver === "undefined") return;
  observer ??= new ResizeObserver((entries) => {
    for (const { target } of entries) update(target);
  });
  labels.set(box, label);
  boxes.set(content, box);
  observer.observe(box);
  observer.observe(content);
}

let observer: ResizeObserver | undefined;
const labels = new WeakMap<Element, string>();
/** By their content. */
const boxes = new WeakMap<Element, HTMLElement>();

function update(target: Element): void {
  const box = boxes.get(target) ?? (target as HTMLElement);
  const overflows = box.scrollWidth > box.clientWidth + 1;
  if (overflows === box.hasAttribute("tabindex")) return;
  if (overflows) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", labels.get(box) ?? "");
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}
