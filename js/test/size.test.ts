// @vitest-environment node
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, inject, test } from "vitest";

const BUDGET = 60 * 1024; // bytes: what every widget carries before the first message

test("the widget's code stays under its budget, compressed, and what is large is not in it", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: { widget: "src/widget.ts" },
    outdir: "unused",
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    define: { JCW_PARTS: inject("addresses") },
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const script = outputFiles.find(({ path }) => path.endsWith("widget.js"))?.contents ?? new Uint8Array();
  const packages = Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);

  expect(script.length).toBeGreaterThan(10_000);
  expect(gzipSync(script, { level: 9 }).length).toBeLessThan(BUDGET);
  expect([...new Set(packages)]).toEqual(["preact"]);
});
