// Bundles the two entry points into the Python package. `--watch` rebuilds on every change, with source maps.
import { context } from "esbuild";

const outdir = "../jupyter_claude_workspace/static";
const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const options = {
  entryPoints: { widget: "src/widget.ts", page: "src/page.ts" },
  outdir,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "linked",
  logLevel: "info",
};

const bundler = await context(options);
if (watch) {
  await bundler.watch();
} else {
  await bundler.rebuild();
  await bundler.dispose();
}
