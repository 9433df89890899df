// The licences of the packages whose code is inside the bundles, as those licences ask: one text file beside the bundles.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** They build, and no code of theirs is in what they build. */
const TOOLS = new Set(["@jupyter/builder", "esbuild"]);

/** @param {string} folder */
export async function writeNotices(folder) {
  const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
  const names = Object.keys(dependencies).filter((name) => !TOOLS.has(name));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "THIRD-PARTY.txt"), (await Promise.all(names.sort().map(notice))).join("\n"));
}

/** @param {string} name */
async function notice(name) {
  const home = join("node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
  const file = (await readdir(home)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) {
    throw new Error(`${name} brings no text of its licence`);
  }
  return `${name} ${version} (${license})\n\n${await readFile(join(home, file), "utf8")}\n${"-".repeat(80)}\n`;
}
