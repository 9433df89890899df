/** The text that has arrived and waits to be drawn, with line ends as plain newlines however they were cut apart. */
export class Input {
  private waiting = "";
  /** The first half of a line end or of a surrogate pair, whose other half is still to come. */
  private half = "";

  get length(): number {
    return this.waiting.length;
  }

  /** Everything that waits, as it would be if nothing more came. */
  get text(): string {
    return this.waiting + normalise(this.half);
  }

  push(piece: string): void {
    const text = this.half + piece;
    this.half = /[\r\ud800-\udbff]$/.exec(text)?.[0] ?? "";
    this.waiting += normalise(text.slice(0, text.length - this.half.length));
  }

  /** Remove and return up to `length` characters. */
  take(length: number): string {
    const piece = this.waiting.slice(0, length);
    this.waiting = this.waiting.slice(length);
    return piece;
  }

  /** Nothing will follow: half a line end is one, too. */
  end(): void {
    this.reset(this.text);
  }

  /** Let `text`, already normal, be all that waits. */
  reset(text: string): void {
    this.waiting = text;
    this.half = "";
  }
}

/** `text` with `\r\n` and `\r` as plain newlines. */
export function normalise(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
