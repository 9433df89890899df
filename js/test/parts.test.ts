import { beforeEach, expect, inject, test, vi } from "vitest";

let parts: typeof import("../src/parts");

// As on a page that has just been opened.
beforeEach(async () => {
  vi.resetModules();
  parts = await import("../src/parts");
});

test("where there is no server, a part is refused", async () => {
  await expect(parts.part("diff")).rejects.toThrow(/diff/);
  expect(parts.partIfLoaded("diff")).toBeNull();
});

test("a part that did not come is asked for again by the next who needs it", async () => {
  parts.partsFrom(new URL("file:///nowhere/"));
  await expect(parts.part("diff")).rejects.toThrow();
  parts.partsFrom(new URL(inject("parts")));
  const { diffLines } = await parts.part("diff");
  expect(diffLines("a\n", "a\nb\n").map(({ value }) => value)).toEqual(["a\n", "b\n"]);
});

test("a part is fetched once, and is then there at once", async () => {
  parts.partsFrom(new URL(inject("parts")));
  const [one, other] = await Promise.all([parts.part("math"), parts.part("math")]);
  expect(one).toBe(other);
  expect(parts.partIfLoaded("math")).toBe(one);
  expect(one.mathML("x", false)).toContain("<mi>x</mi>");
});

test("a part is named by its content", () => {
  const addresses = Object.entries(JSON.parse(inject("addresses")) as Record<string, string>);
  expect(addresses.map(([name]) => name).sort()).toEqual(["agents", "diff", "highlight", "languages", "markdown", "math", "notebook"]);
  for (const [name, address] of addresses) expect(address).toMatch(new RegExp(`^${name}-[A-Z0-9]{8}\\.js\\?v=1$`));
});
