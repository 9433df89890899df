/**
 * `JCW_LARGE=1 npx vitest run` takes what would make every run long at its full size, as `pytest --large` does. jsdom lets
 * go of little: `NODE_OPTIONS=--max-old-space-size=9000`, and the two long tests of markdown-safety one after the other (`-t`).
 */
export const isLarge = process.env["JCW_LARGE"] === "1";
