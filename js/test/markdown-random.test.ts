import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMarkdown } from "../src/view/markdown/index";
import { letGoOfDocuments, reference, unfolded } from "./drawing";
import { generator } from "./generator";

// Each of these draws hundreds of times in jsdom, which a busy machine makes long.
vi.setConfig({ testTimeout: 120_000 });

/** Lines that begin, continue, interrupt or end blocks: together they make most of markdown's corner cases. */
const LINES = [
  ..."- a|  - b|    - c|* x|1. one|2. two|10. q|1) p|-|+|- [ ] t|- [x] d".split("|"),
  ..."> q|> - l|> > qq|> ```|> [x]: /q".split("|"),
  ..."```|```py|  ```|   ```js|~~~|~~~~|`|    code|\tcode|      deep".split("|"),
  ..."===|---|=|* * *|# h|## h ##|#no|text|lazy|text  |text\\|  |a *b|c* d|**open|a `b|c` d".split("|"),
  ..."<div>|</div>|</b>|<!-- c|-->|<script>|<b>x</b>|a<br>b|&amp; & &copy;".split("|"),
  ..."$$|x = y $$|$$ a $$|\\[|\\]|\\[ z \\]|$a_b$ and $c_d$|$5".split("|"),
  ...'[x]: https://x.example|[x]: /u|[a]:|"title|end"|[x] and [y][x]|![i](http://a.example/b)'.split("|"),
  ..."a ; b,--;--,; a ; b ;,;---;---;,; 1 ; 2 ;,;,;;".split(",").map((row) => row.replaceAll(";", "|")),
  ..."```math|[^1]: note|x[^1]|\\begin{align}|\\end{align}|\\begin{align} q \\end{align}".split("|"),
  "🎉 é",
  "a\rb",
  "crlf\r",
  ...["", "", "", "", "", ""],
];

beforeEach(() => {
  letGoOfDocuments();
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

test.each(seeds)("ten random documents in random pieces look as they do whole (seed %i)", (seed) => {
  const random = generator(seed);
  for (let round = 0; round < 10; round++) {
    const lines = Array.from({ length: 2 + random(12) }, () => LINES[random(LINES.length)]);
    const text = lines.join("\n") + "\n".repeat(random(2));
    const longest = [1, 3, 9, 40][random(4)] as number;
    const el = document.createElement("div");
    const view = createMarkdown(el);
    for (let at = 0; at < text.length; ) {
      const size = 1 + random(longest);
      view.append(text.slice(at, at + size));
      at += size;
      if (random(3) > 0) vi.advanceTimersToNextFrame();
    }
    if (random(2)) view.replace(text);
    view.finish();
    expect(unfolded(el), JSON.stringify(text)).toBe(reference(text));
  }
});
