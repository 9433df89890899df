import { describe, expect, test, vi } from "vitest";
import { Stage, write } from "./stage";

const stage = new Stage();
const field = () => stage.one("composer") as HTMLTextAreaElement;
const emptied = () => vi.waitFor(() => expect(field().value).toBe(""), 5000);

describe("a command that the panel carries out", () => {
  test.each([
    ["/model opus", { model: "opus" }],
    ["/model  default ", { model: null }],
    ["/effort high", { effort: "high" }],
    ["/effort default", { effort: null }],
  ])("%s changes the setting of the conversation, and is no prompt", async (written, change) => {
    await stage.wire.connection(0);
    await write(stage, written);
    expect((await stage.got("configure"))[0]).toMatchObject(change);
    await emptied();
    expect(stage.sent("prompt")).toEqual([]);
  });

  test("/rename gives the conversation its title", async () => {
    stage.wire.rest.set("PATCH sessions/s", () => [200, {}]);
    await stage.wire.connection(0);
    await write(stage, "/rename Whales & fishes");
    await emptied();
    expect(stage.wire.asked).toContainEqual({ what: "PATCH sessions/s", query: "", body: { title: "Whales & fishes" } });
  });

  test.each(["/clear", "/new", "/reset"])("%s begins a new conversation of the notebook, ready to be written to", async (written) => {
    stage.wire.rest.set("POST sessions", () => [201, { session_id: "new" }]);
    await stage.wire.connection(0);
    await write(stage, written);
    await vi.waitFor(() => expect(stage.shown).toBe("new"), 5000);
    expect(stage.sent("prompt")).toEqual([]);
    await vi.waitFor(() => expect(document.activeElement).toBe(field()), 5000);
    await emptied();
  });

  test.each([
    ["/model", "/model opus"],
    ["/model opus please", "/model opus"],
    ["/effort very", "low, medium, high, xhigh, max, default"],
    ["/rename", "title"],
  ])("%s says what to write, and stays to be mended", async (written, help) => {
    await stage.wire.connection(0);
    await write(stage, written);
    await stage.shows("problems", help);
    expect(field().value).toBe(written);
    expect([...stage.sent("prompt"), ...stage.sent("configure")]).toEqual([]);
  });

  test("that cannot be done says why, and stays", async () => {
    stage.wire.rest.set("PATCH sessions/s", () => [503, { code: "asleep", message: "The store is full.", remedy: "" }]);
    await stage.wire.connection(0);
    await write(stage, "/rename Whales");
    await stage.shows("problems", "The store is full.");
    expect(field().value).toBe("/rename Whales");
  });
});

test.each(["/compact", "/modelling is fun", "/model opus\nand more", "Use /model opus"])("%j is a prompt", async (written) => {
  await stage.wire.connection(0);
  await write(stage, written);
  expect((await stage.got("prompt"))[0]).toMatchObject({ text: written });
});
