import type { Item, Turn } from "../../state/conversation";

const LINE_PX = 22;
const LINE_CHARACTERS = 90;
const CARD_PX = 40;
const TURN_PX = 90; // the prompt's bubble, the figures, and what is between
const LONGEST_PX = 20_000;

/** How high each turn is: as it was when last drawn, else a guess from what is in it. Kept by the turns' ids. */
export class Heights {
  readonly #known = new Map<string, number>();

  of(turn: Turn): number {
    const known = this.#known.get(turn.id);
    if (known !== undefined) {
      return known;
    }
    const guess = guessed(turn);
    this.#known.set(turn.id, guess);
    return guess;
  }

  measured(id: string, height: number): void {
    this.#known.set(id, height);
  }
}

function guessed(turn: Turn): number {
  const items = turn.items.reduce((sum, item) => sum + guessedItem(item), 0);
  return Math.min(LONGEST_PX, TURN_PX + linesOf(turn.text) * LINE_PX + items);
}

function guessedItem(item: Item): number {
  return item.kind === "text" ? linesOf(item.text) * LINE_PX : CARD_PX;
}

function linesOf(text: string): number {
  return Math.ceil(text.length / LINE_CHARACTERS);
}
