// The parts of the panel that are fetched when they are first needed: src/parts.ts says how, src/parts/ says what they are.
import { readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, context } from "esbuild";

/** They ask for no other part. */
const LEAVES = ["diff", "highlight", "languages", "math"];
/** They may ask for the leaves. */
const BRANCHES = ["agents", "markdown", "notebook"];

// A page that was opened before this build may still ask for the parts that it was built with.
const KEEP_MS = 3_600_000;

/**
 * Build the parts into `folder`.
 *
 * @param {string} folder
 * @param {import("esbuild").BuildOptions} options shared with the bundles that use them
 * @returns what those bundles need as their `define`: the address of each part within the folder. A file is named by its
 *   content, so a panel only ever runs the parts that it was built with, and `v` lets Jupyter's server allow browsers to
 *   keep it.
 */
export async function buildParts(folder, options) {
  const leaves = await buildSome(LEAVES, folder, options);
  const branches = await buildSome(BRANCHES, folder, { ...options, ...defining(leaves) });
  await removeOld(folder, { ...leaves, ...branches });
  return defining({ ...leaves, ...branches });
}

/**
 * Build the parts under plain names whenever a file of theirs changes.
 *
 * @param {string} folder
 * @param {import("esbuild").BuildOptions} options
 * @returns as `buildParts`
 */
export async function watchParts(folder, options) {
  const names = [...LEAVES, ...BRANCHES];
  const define = defining(Object.fromEntries(names.map((name) => [name, `${name}.js`])));
  const bundler = await context({ ...options, ...define, entryPoints: entries(names), outdir: folder, metafile: false });
  await bundler.watch();
  return define;
}

/** @param {string[]} names @param {string} folder @param {import("esbuild").BuildOptions} options */
async function buildSome(names, folder, options) {
  const { metafile } = await build({
    ...options,
    entryPoints: entries(names),
    outdir: folder,
    entryNames: "[name]-[hash]",
    metafile: true,
  });
  /** @type {Record<string, string>} */
  const addresses = {};
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) addresses[basename(entryPoint, ".ts")] = `${basename(file)}?v=1`;
  }
  return addresses;
}

/** @param {string[]} names */
function entries(names) {
  return Object.fromEntries(names.map((name) => [name, `src/parts/${name}.ts`]));
}

/** @param {Record<string, string>} addresses */
function defining(addresses) {
  return { define: { JCW_PARTS: JSON.stringify(addresses) } };
}

/** @param {string} folder @param {Record<string, string>} present */
async function removeOld(folder, present) {
  const files = Object.values(present).map((address) => address.replace(/\?.*/, ""));
  const kept = new Set(files.flatMap((file) => [file, `${file}.LEGAL.txt`]));
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const found = kept.has(file) ? null : await stat(path).catch(() => null); // another build may have removed it
    if (found && Date.now() - found.mtimeMs > KEEP_MS) await rm(path, { force: true });
  }
}
