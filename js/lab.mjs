// The JupyterLab plugin: bundled by esbuild like the rest, then made loadable by JupyterLab with its own builder. Of what
// JupyterLab has itself, nothing is bundled; it is asked for by name.
import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { context } from "esbuild";

const require = createRequire(import.meta.url);
const builder = join(dirname(require.resolve("@jupyter/builder/package.json")), "lib/build-labextension.js");
const core = join(dirname(require.resolve("@jupyterlab/core-meta/package.json")), "core.package.json");

/**
 * Build the plugin into the folder that package.json names, or keep building it.
 *
 * @param {import("esbuild").BuildOptions} options shared with the other bundles
 * @param {boolean} watch
 */
export async function buildLab(options, watch) {
  const bundler = await context({
    ...options,
    entryPoints: { index: "src/lab/index.ts", style: "src/lab/style.css", panel: "src/lab/panel.css" },
    outdir: "lib/lab",
    splitting: true,
    external: ["@jupyterlab/*", "@lumino/*"],
    define: { ...options.define, "import.meta.url": '""' }, // the builder would put this machine's path there
    plugins: [stylesLater],
    minify: false, // the builder does it; it must still see the comment that keeps it off the import of a part
    legalComments: "inline",
    logLevel: "warning",
  });
  await bundler.rebuild();
  if (watch) {
    await bundler.watch();
  } else {
    await bundler.dispose();
  }
  await federate(watch);
}

/**
 * What a chunk imports of styles comes with the chunk: the builder puts it in there. Only style.css is there from the start.
 *
 * @type {import("esbuild").Plugin}
 */
const stylesLater = {
  name: "styles-later",
  setup({ onResolve }) {
    onResolve({ filter: /\.css$/ }, ({ kind }) => (kind === "import-statement" ? { path: "./panel.css", external: true } : undefined));
  },
};

/**
 * JupyterLab's builder is a program, not a library: it ends the process that it runs in.
 *
 * @param {boolean} watch
 */
async function federate(watch) {
  const how = [builder, "--core-package-file", core, ...(watch ? ["--development", "--watch"] : []), "."];
  if (watch) {
    spawn(process.execPath, how, { stdio: "inherit" });
    return;
  }
  await promisify(execFile)(process.execPath, how).catch((error) => {
    throw new Error(`the Lab plugin was not built:\n${error.stdout}${error.stderr}`);
  });
}
