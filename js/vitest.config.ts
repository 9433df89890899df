import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { buildParts } from "./parts.mjs";

// Laid out as a server has them; test/parts.ts gives them to the tests.
const root = new URL("node_modules/.jcw-test/", import.meta.url);
const folder = fileURLToPath(new URL("static/jupyter_claude_workspace/parts", root));

const parts = await buildParts(folder, { bundle: true, format: "esm", target: "es2022", logLevel: "error" });

export default defineConfig({
  ...parts,
  test: {
    environment: "jsdom",
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    setupFiles: ["test/parts.ts", "test/quiet.ts"],
    css: false,
    maxWorkers: "100%", // its own choice leaves a core idle, which is half of a small machine
    testTimeout: 30_000, // a machine may be busy: no test is about speed
    provide: { parts: root.href, addresses: parts.define.JCW_PARTS },
  },
});
