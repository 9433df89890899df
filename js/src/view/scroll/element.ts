/** The element of an item, in the one of its turn. */
export function elementOf(turn: Element, item: string): HTMLElement | undefined {
  return [...turn.querySelectorAll<HTMLElement>("[data-item]")].find((element) => element.dataset["item"] === item);
}
