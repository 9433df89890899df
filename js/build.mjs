// Bundles the two entry points and their parts into the Python package. `--watch` rebuilds on every change, with source maps.
import { context } from "esbuild";
import { buildLab } from "./lab.mjs";
import { writeNotices } from "./notices.mjs";
import { buildParts, watchParts } from "./parts.mjs";

const outdir = "../jupyter_claude_workspace/static";
const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const options = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "linked",
  logLevel: "info",
};

const parts = await (watch ? watchParts : buildParts)(`${outdir}/parts`, options);
const bundler = await context({
  ...options,
  ...parts,
  entryPoints: { widget: "src/widget.ts", page: "src/page.ts" },
  outdir,
});
if (watch) {
  await bundler.watch();
} else {
  await bundler.rebuild();
  await bundler.dispose();
}
await writeNotices(outdir);
await buildLab({ ...options, ...parts }, watch);
