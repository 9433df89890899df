import type { ICell, ICodeCell } from "@jupyterlab/nbformat";
import { describe, expect, test } from "vitest";
import { explaining, quoted } from "../src/lab/quote";
import { textsIn } from "../src/lab/texts";

const texts = textsIn(null);

function failed(traceback: string[], more: Partial<ICodeCell> = {}): ICell {
  const error = { output_type: "error", ename: "KeyError", evalue: "'price'\nand more", traceback };
  return { cell_type: "code", source: "frame['price']", metadata: {}, execution_count: 3, outputs: [error], ...more } as ICell;
}

describe("a cell that is put before Claude", () => {
  test("is named by its execution count, or by its place where it was not run", () => {
    const source = ["a = 1\n", "b = 2"];
    expect(quoted({ cell_type: "code", source, metadata: {}, execution_count: 7 }, 0, texts)).toEqual({
      name: "Cell [7]",
      content: { kind: "text", text: "a = 1\nb = 2" },
    });
    expect(quoted({ cell_type: "markdown", source: "# Title", metadata: {} }, 4, texts).name).toBe("Cell 5");
  });

  test("has nothing to explain where it did not fail", () => {
    expect(explaining({ cell_type: "code", source: "1", metadata: {}, outputs: [], execution_count: 1 } as ICell, 0, texts)).toBeNull();
    expect(explaining({ cell_type: "markdown", source: "1", metadata: {} }, 0, texts)).toBeNull();
  });

  test("is explained by its source and its traceback, without what colours it", () => {
    const coloured = ["\u001b[0;31mKeyError\u001b[0m", "\u001b]8;;file:///x\u0007cell 3\u001b]8;;\u0007", "\u001b[1;32mfail\u001b[0m"];
    const found = explaining(failed(coloured), 0, texts);
    expect(found?.text).toBe("Explain this error and how to fix it: KeyError: 'price'");
    expect(found?.attachments.map(({ name }) => name)).toEqual(["Cell [3]", "Traceback of KeyError"]);
    expect(found?.attachments[1]?.content).toEqual({ kind: "text", text: "KeyError\ncell 3\nfail" });
  });

  test("keeps the beginning and the end of a traceback without end", () => {
    const lines = Array.from({ length: 1000 }, (_, line) => `frame ${line}`);
    const content = explaining(failed([lines.join("\n")]), 0, texts)?.attachments[1]?.content;
    const kept = content?.kind === "text" ? content.text.split("\n") : [];
    expect(kept.length).toBe(61);
    expect([kept[0], kept.at(-1)]).toEqual(["frame 0", "frame 999"]);
    expect(kept[20]).toBe("… 940 lines left out …");
  });
});
