import { describe, expect, test, vi } from "vitest";
import { permission, type ShortFrame, started } from "./fold";
import { key, pause, Stage, type } from "./stage";

const ARMED_MS = 320;
const stage = new Stage();

/** What `find` finds, in the moment in which it comes onto the page. */
function onceThere(find: () => HTMLElement | undefined): Promise<HTMLElement> {
  return new Promise((settle) => {
    new MutationObserver((_changes, observer) => {
      const found = find();
      if (found !== undefined) {
        observer.disconnect();
        settle(found);
      }
    }).observe(document, { childList: true, subtree: true });
  });
}

describe("a permission question", () => {
  const rule = { tool: "Bash", pattern: "ls:*" };
  const ask = { kind: "permission", name: "Bash", input: { command: "ls\u202e /" }, title: "Run it", reason: "", rules: [rule] } as const;
  const question: ShortFrame = { type: "question", question: "q1", nonce: "once", ask: { ...ask, rules: [rule] } };

  test("shows the whole command with hidden characters as marks", async () => {
    await stage.show(question);
    await stage.shows("question", "ls\\u202e /");
  });

  test("takes no click in its first moment", async () => {
    const clicked = onceThere(() => stage.all("allow")[0]).then((button) => button.click());
    await stage.show(question);
    await clicked;
    await pause(30);
    expect(stage.sent("answer")).toEqual([]);
    await pause(ARMED_MS);
    stage.one("allow").click();
    expect((await stage.got("answer"))[0]).toMatchObject({ question: "q1", nonce: "once", decision: "allow" });
  });

  test("can be allowed for the session by the rule that is shown", async () => {
    await stage.show(question);
    await stage.shows("allow-session", "Bash(ls:*)");
    await pause(ARMED_MS);
    stage.one("allow-session").click();
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow_session", rule });
  });

  test("offers nothing for the session where the server offers no rule", async () => {
    await stage.show(permission("q1"));
    await stage.shows("question");
    expect(stage.all("allow-session")).toEqual([]);
  });

  test("can be denied with words", async () => {
    await stage.show(question);
    await stage.shows("question");
    type(stage.one("words") as HTMLElement, "use git");
    await stage.shows("deny", "words");
    await pause(ARMED_MS);
    stage.one("deny").click();
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "deny", message: "use git" });
  });

  test("that moves because another was answered takes no click in that moment", async () => {
    await stage.show(permission("q1"), permission("q2"));
    await vi.waitFor(() => expect(stage.all("question")).toHaveLength(2));
    await pause(ARMED_MS);
    await stage.show({ type: "question_settled", question: "q1", decision: "allow", message: "" });
    await vi.waitFor(() => expect(stage.all("question")).toHaveLength(1));
    stage.one("allow").click();
    await pause(30);
    expect(stage.sent("answer")).toEqual([]);
  });

  test("can be answered once: the buttons are off until the server has spoken", async () => {
    await stage.show(question);
    await stage.shows("question");
    await pause(ARMED_MS);
    stage.one("allow").click();
    (await stage.got("answer"))[0];
    await vi.waitFor(() => expect((stage.one("deny") as HTMLButtonElement).disabled).toBe(true));
  });
});

describe("an input that is edited before it is allowed", () => {
  const asked = (name: string, input: Record<string, unknown>, tool: string | null = null): ShortFrame => {
    const rules = [{ tool: name, pattern: "ls:*" }];
    return { type: "question", question: "q1", nonce: "n", tool, ask: { kind: "permission", name, input, title: "Run it", reason: "", rules } };
  };

  test("goes with the answer, and the rule for what was asked is not offered any more", async () => {
    await stage.show(asked("Bash", { command: "ls /", description: "List" }));
    await stage.shows("question");
    await pause(ARMED_MS);
    await stage.press("edit-input");
    await vi.waitFor(() => expect((stage.one("edit-text") as HTMLTextAreaElement).value).toBe("ls /"));
    type(stage.one("edit-text"), "ls /tmp");
    await stage.shows("allow", "edited");
    expect(stage.all("allow-session")).toEqual([]);
    await stage.press("allow");
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow", input: { command: "ls /tmp", description: "List" } });
  });

  test("is as it was where nothing was changed", async () => {
    await stage.show(asked("Bash", { command: "ls /" }));
    await stage.shows("question");
    await pause(ARMED_MS);
    await stage.press("edit-input");
    await vi.waitFor(() => expect(stage.all("edit-text")).toHaveLength(1));
    await stage.press("allow");
    expect((await stage.got("answer"))[0]).not.toHaveProperty("input");
  });

  test.each([
    ["no JSON", '{"path": '],
    ["no object", "[1]"],
    ["a key that was not asked for", '{"path": "a", "recursive": true}'],
  ])("cannot be allowed while it is %s", async (_what, written) => {
    await stage.show(asked("mcp__files__list", { path: "a", depth: 2 }));
    await stage.press("edit-input");
    await vi.waitFor(() => expect(stage.all("edit-text")).toHaveLength(1));
    type(stage.one("edit-text"), written);
    await vi.waitFor(() => expect((stage.one("allow") as HTMLButtonElement).disabled).toBe(true));
    await pause(ARMED_MS);
    type(stage.one("edit-text"), '{"path": "b"}');
    await stage.press("allow");
    expect((await stage.got("answer"))[0]).toMatchObject({ input: { path: "b" } });
  });

  test("is told in the conversation afterwards", async () => {
    await stage.show(started, asked("Bash", { command: "ls /" }));
    await stage.show({ type: "question_settled", question: "q1", decision: "allow", message: "", input: { command: "ls /tmp" } });
    await stage.shows("settled", "Allowed with changes");
    expect(stage.one("edited").textContent).toContain("ls /tmp");
  });
});

describe("several questions", () => {
  const three = ["q1", "q2", "q3"].map((question) => permission(question));
  const shown = () => stage.all("question").filter((section) => !section.hidden).map((section) => section.dataset["question"]);

  test("are shown one at a time, with their number, and can be answered in any order", async () => {
    await stage.show(...three);
    await stage.shows("stack", "Question 1 of 3");
    expect(shown()).toEqual(["q1"]);
    await stage.press("next");
    await stage.shows("stack", "Question 2 of 3");
    expect(shown()).toEqual(["q2"]);
    await pause(ARMED_MS);
    stage.all("question")[1]?.querySelector<HTMLElement>("[data-jcw=deny]")?.click();
    expect((await stage.got("answer"))[0]).toMatchObject({ question: "q2", decision: "deny" });
    await stage.press("previous");
    await vi.waitFor(() => expect(shown()).toEqual(["q1"]));
  });

  test("keep what was written in one of them while another is in sight", async () => {
    await stage.show(...three);
    await stage.shows("stack");
    type(stage.one("words"), "not this");
    await stage.press("next");
    await vi.waitFor(() => expect(shown()).toEqual(["q2"]));
    await stage.press("previous");
    await vi.waitFor(() => expect(shown()).toEqual(["q1"]));
    expect((stage.one("words") as HTMLInputElement).value).toBe("not this");
  });
});

describe("a question and the keyboard", () => {
  const TYPED_AHEAD_MS = 820;

  test("takes the focus from an empty message field, and gives it back", async () => {
    await stage.shows("composer");
    stage.one("composer").focus();
    await stage.show(permission("q1"));
    await vi.waitFor(() => expect(document.activeElement).toBe(stage.one("question")));
    await pause(TYPED_AHEAD_MS);
    key(stage.one("question"), "1");
    expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow" });
    await stage.show({ type: "question_settled", question: "q1", decision: "allow", message: "" });
    await vi.waitFor(() => expect(document.activeElement).toBe(stage.one("composer")));
  });

  test("leaves the focus where somebody writes, and where it is outside of the panel", async () => {
    await stage.shows("composer");
    stage.one("composer").focus();
    type(stage.one("composer"), "And then");
    await stage.show(permission("q1"));
    await stage.shows("question");
    await pause(30);
    expect(document.activeElement).toBe(stage.one("composer"));
    const outside = document.body.appendChild(document.createElement("button"));
    outside.focus();
    await stage.show(permission("q2"));
    await stage.shows("stack");
    await pause(30);
    expect(document.activeElement).toBe(outside);
    outside.remove();
  });

  test("is reached with Alt+Q and left with Escape", async () => {
    await stage.show(permission("q1"));
    await stage.shows("question");
    stage.one("composer").focus();
    key(stage.one("composer"), "q", { code: "KeyQ", altKey: true });
    expect(document.activeElement).toBe(stage.one("question"));
    key(stage.one("question"), "Escape");
    expect(document.activeElement).toBe(stage.one("composer"));
    expect(stage.sent("answer")).toEqual([]);
  });

  test("takes no number that was typed before it could be read, and none that is written in its fields", async () => {
    await stage.show(permission("q1"));
    await stage.shows("question");
    key(stage.one("question"), "1");
    await pause(TYPED_AHEAD_MS);
    key(stage.one("words"), "1");
    await pause(30);
    expect(stage.sent("answer")).toEqual([]);
  });

  test("lets a letter begin a message", async () => {
    await stage.shows("composer");
    stage.one("composer").focus();
    await stage.show(permission("q1"));
    await vi.waitFor(() => expect(document.activeElement).toBe(stage.one("question")));
    key(stage.one("question"), "n");
    expect(document.activeElement).toBe(stage.one("composer"));
  });
});
