import { expect, test } from "vitest";
import type { ServerFrame } from "../src/protocol/frames.gen";
import type { ShortFrame } from "./fold";
import { Stage } from "./stage";

const stage = new Stage();
type Settings = Extract<ServerFrame, { type: "configured" }>["settings"];

const ready: ShortFrame = { type: "state", state: "ready", why: "" };

function configured(change: Partial<Settings>): ShortFrame {
  const settings = { model: null, effort: null, mode: "default", agent: null, privacy: "full", sealed: false, ...change };
  return { type: "configured", settings, title: "A", notebook: null } as ShortFrame;
}

function sent(tool: string | null, ...whats: string[]): ShortFrame {
  const items = whats.map((what) => ({ kind: "output", what, chars: 1200, excerpt: `<output> ${what} begins` }));
  return { type: "sent", tool, level: "sample", items } as ShortFrame;
}

async function open(...frames: ShortFrame[]): Promise<void> {
  await stage.show(ready, ...frames);
  await stage.press("sent");
  await stage.shows("sent-drawer");
}

test("the level is chosen in plain words, and the button says which one holds", async () => {
  await open(configured({ privacy: "full" }));
  expect(stage.one("sent-drawer").textContent).toContain("No single values");
  const schema = stage.all("choice").find((choice) => choice.dataset["value"] === "schema");
  schema?.click();
  expect(await stage.got("configure")).toMatchObject([{ privacy: "schema" }]);
  await stage.show(configured({ privacy: "schema" }));
  await stage.shows("sent-drawer", "What was sent before stays");
  expect(stage.one("sent").dataset["fact"]).toBe("shows-schema");
});

test("what the level does not cover is said, with the offer to deny Claude's own tools", async () => {
  await open(configured({ privacy: "names" }));
  expect(stage.one("uncovered").textContent).toContain("Bash and Read");
  stage.one("seal").click();
  expect(await stage.got("configure")).toMatchObject([{ sealed: true }]);
  await stage.show(configured({ privacy: "names", sealed: true }));
  await stage.shows("uncovered", "Claude's own tools are denied.");
  expect(stage.one("sent").dataset["fact"]).toBe("sealed");
});

test("every piece that left is listed, the newest first: how it went, how long it is and how it begins", async () => {
  await open(sent("mcp__notebook__read_notebook", "cell-a", "cell-b"), sent(null, "df"));
  await stage.shows("sent-list", "3 pieces");
  const pieces = stage.all("sent-piece").map((piece) => piece.textContent ?? "");
  expect(pieces).toHaveLength(3);
  expect(pieces[0]).toContain("with your message, 1.2k characters, at “Sample”");
  expect(pieces[0]).toContain("df begins");
  expect(pieces[1]).toContain("cell-b");
  expect(pieces[2]).toContain("by read_notebook");
});

test("of a long conversation the last hundred pieces are listed, and all on demand", async () => {
  await open(sent("mcp__notebook__read_notebook", ...Array.from({ length: 130 }, (_, place) => `cell-${place}`)));
  await stage.shows("sent-list", "130 pieces");
  expect(stage.all("sent-piece")).toHaveLength(100);
  await stage.press("sent-more");
  expect(stage.all("sent-piece")).toHaveLength(130);
});
