import { describe, expect, test, vi } from "vitest";
import type { ShortFrame } from "./fold";
import { key, pause, Stage, type } from "./stage";

const ARMED_MS = 320;
const stage = new Stage();

describe("a choice", () => {
  const options = ["red", "green", "blue"].map((label) => ({ label, description: "" }));
  const colours = { question: "Which colours?", header: "Colours", options, multi_select: true };
  const size = { question: "Which size?", header: "", options: [{ label: "small", description: "" }], multi_select: false };
  const asked = (...items: (typeof colours)[]): ShortFrame => ({ type: "question", question: "q1", nonce: "n", ask: { kind: "choice", items } });
  const boxes = () => [...stage.one("question").querySelectorAll<HTMLInputElement>("[type=checkbox], [type=radio]")];
  const picked = (index: number) => vi.waitFor(() => expect(boxes()[index]?.checked).toBe(true));

  test("of several questions goes step by step, is looked over, and answered with labels in their order and own words", async () => {
    await stage.show(asked(colours, size));
    await stage.shows("question", "Which colours?");
    expect(stage.one("question").textContent).not.toContain("Which size?");
    await pause(ARMED_MS);
    boxes()[2]?.click();
    await picked(2);
    boxes()[0]?.click();
    await picked(0);
    await stage.press("go-on");
    await stage.shows("question", "Which size?");
    type(stage.one("words"), "huge");
    await pause(30);
    await stage.press("go-on");
    await stage.shows("review", "red, blue");
    expect(stage.one("review").textContent).toContain("huge");
    await stage.press("allow");
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow", answers: { "Which colours?": "red, blue", "Which size?": "huge" } });
  });

  test("may ask with a word that every object knows", async () => {
    await stage.show(asked({ ...size, question: "constructor" }));
    await stage.shows("question", "constructor");
    await pause(ARMED_MS);
    boxes()[0]?.click();
    await picked(0);
    await stage.press("allow");
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow", answers: { constructor: "small" } });
  });

  test("cannot be answered while one of its questions is open, and says which", async () => {
    await stage.show(asked(colours, size));
    await stage.press("go-on");
    await stage.shows("question", "Which size?");
    boxes()[0]?.click();
    await picked(0);
    await stage.press("go-on");
    await stage.shows("review", "No answer yet");
    expect((stage.one("allow") as HTMLButtonElement).disabled).toBe(true);
  });

  test("of one question is picked with a number and answered with Enter", async () => {
    await stage.show(asked({ ...colours, multi_select: false }));
    await stage.shows("question", "Which colours?");
    await pause(820);
    key(stage.one("question"), "2");
    await picked(1);
    key(boxes()[1] as HTMLInputElement, "Enter");
    expect((await stage.got("answer"))[0]).toMatchObject({ answers: { "Which colours?": "green" } });
  });
});

describe("a plan", () => {
  const plan: ShortFrame = { type: "question", question: "q1", nonce: "n", ask: { kind: "plan", plan: "# First\n\n1. read\n2. write" } };
  const lines = () => [...stage.one("plan").querySelectorAll("li")];
  const drawn = () => vi.waitFor(() => expect(lines().map((line) => line.textContent)).toEqual(["read", "write"]));
  const comment = async (words: string) => {
    await vi.waitFor(() => expect(stage.all("comment")).toHaveLength(1));
    type(stage.one("comment").querySelector("input") as HTMLElement, words);
    await stage.shows("deny", "1 comment");
  };

  test("is shown as markdown and can be sent back with words", async () => {
    await stage.show(plan);
    await drawn();
    type(stage.one("words"), "smaller steps");
    await pause(ARMED_MS);
    await stage.press("deny");
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "deny", message: "smaller steps" });
  });

  test("is sent back with comments, each after the part that it is about", async () => {
    await stage.show(plan);
    await drawn();
    lines()[1]?.click();
    await comment("to a copy");
    await pause(ARMED_MS);
    await stage.press("deny");
    const [answer] = await stage.got("answer");
    expect(answer).toMatchObject({ decision: "deny" });
    expect(answer?.message).toMatch(/> write\n\nto a copy$/);
  });

  test("can be commented on with the keyboard alone", async () => {
    await stage.show(plan);
    await drawn();
    stage.one("plan").focus();
    key(stage.one("plan"), "ArrowDown");
    key(document.activeElement as Element, "ArrowDown");
    expect(document.activeElement).toBe(lines()[0]);
    key(lines()[0] as Element, "Enter");
    await comment("all of it?");
    expect(stage.one("comment").textContent).toContain("read");
  });

  test("can be approved without the comments, which then is said on the button", async () => {
    await stage.show(plan);
    await drawn();
    lines()[0]?.click();
    await comment("hm");
    expect(stage.one("allow").textContent).toContain("without the comments");
    await pause(ARMED_MS);
    await stage.press("allow");
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow" });
  });

  test("drops a comment in which nothing was said", async () => {
    await stage.show(plan);
    await drawn();
    lines()[0]?.click();
    await vi.waitFor(() => expect(stage.all("comment")).toHaveLength(1));
    stage.one("composer").focus();
    await stage.gone("comment");
  });
});
