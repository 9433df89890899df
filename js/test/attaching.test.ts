import { afterEach, describe, expect, test, vi } from "vitest";
import { type ShortFrame, started } from "./fold";
import { pause, Stage, type, write } from "./stage";

const stage = new Stage();
const field = () => stage.one("composer") as HTMLTextAreaElement;
const holds = (text: string) => vi.waitFor(() => expect(field().value).toBe(text), 5000);
const running: ShortFrame = { type: "state", state: "running", why: "" };

// Attachments outlive a panel: the next test's would find them.
afterEach(() => {
  for (const button of stage.all("detach").reverse()) {
    button.click();
  }
});

const attach = async (...files: File[]) => {
  await stage.shows("attach");
  const input = stage.one("attach-files") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: files, configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitFor(() => expect(stage.all("attached").length + stage.all("problems").length).toBeGreaterThan(0));
};

describe("the queue", () => {
  const waiting = (...texts: string[]): ShortFrame => ({ type: "queue", prompts: texts.map((text) => ({ prompt: `p-${text}`, text, attachments: [], mentions: [] })) });

  test("lets a prompt be moved, and keeps the focus on what moved it", async () => {
    await stage.show(waiting("one", "two", "three"));
    await vi.waitFor(() => expect(stage.all("queued")).toHaveLength(3));
    expect((stage.all("move-up")[0] as HTMLButtonElement).disabled).toBe(true);
    await stage.press("move-up", 2);
    expect((await stage.got("reorder"))[0]).toMatchObject({ prompts: ["p-one", "p-three", "p-two"] });
    await stage.show(waiting("one", "three", "two"));
    await vi.waitFor(() => expect(document.activeElement).toBe(stage.all("move-up")[1]));
  });

  test("lets a prompt be removed", async () => {
    await stage.show(waiting("later"));
    await stage.shows("queue", "later");
    await stage.press("unqueue");
    expect((await stage.got("unqueue"))[0]).toMatchObject({ prompt: "p-later" });
    expect(field().value).toBe("");
  });

  test("gives a prompt back to be written on, in front of what is written, with what was attached", async () => {
    await stage.show(running, started);
    await stage.shows("stop");
    await attach(new File(["a,b\n1,2\n"], "data.csv"));
    await write(stage, "look");
    const [sent] = await stage.got("prompt");
    expect(stage.all("attached")).toEqual([]);
    await stage.show({ type: "queue", prompts: [{ prompt: sent?.prompt ?? "", text: "look", attachments: ["data.csv"], mentions: [] }] });
    await stage.shows("queue", "look");
    type(field(), "more");
    await stage.press("take-back");
    await stage.got("unqueue");
    await holds("look\n\nmore");
    await stage.shows("attached", "data.csv");
  });
});

describe("a file", () => {
  test("of text goes along with the prompt, once", async () => {
    await attach(new File(["naïve\n"], "notes.md", { type: "text/markdown" }));
    expect(stage.one("attached").textContent).toContain("7 B");
    await write(stage, "Read it.");
    await write(stage, "And?");
    const [first, second] = await stage.got("prompt", 2);
    expect(first?.attachments).toEqual([{ name: "notes.md", content: { kind: "text", text: "naïve\n" } }]);
    expect(second).not.toHaveProperty("attachments");
  });

  test.each([
    ["little", "utf-16le", [0xff, 0xfe, 0xe4, 0x00, 0x3b, 0x00]],
    ["big", "utf-16be", [0xfe, 0xff, 0x00, 0xe4, 0x00, 0x3b]],
  ])("of text in UTF-16 that says so, the %s end first, goes along as the text that it is", async (_end, name, bytes) => {
    await attach(new File([new Uint8Array(bytes)], name));
    await write(stage, "Read it.");
    expect((await stage.got("prompt"))[0]?.attachments).toEqual([{ name, content: { kind: "text", text: "ä;" } }]);
  });

  test("that is added is scrolled into view, and one that is taken away moves nothing", async () => {
    const height = vi.spyOn(Element.prototype, "scrollHeight", "get").mockReturnValue(300);
    await attach(...["a", "b", "c", "d"].map((name) => new File(["x"], name)));
    await vi.waitFor(() => expect(stage.all("attached")).toHaveLength(4));
    const list = stage.one("attached").parentElement as HTMLElement;
    expect(list.scrollTop).toBe(300);
    list.scrollTop = 20;
    await stage.press("detach");
    await vi.waitFor(() => expect(stage.all("attached")).toHaveLength(3));
    expect(list.scrollTop).toBe(20);
    height.mockRestore();
  });

  test("can be sent without words, and taken away before", async () => {
    await attach(new File(["a"], "a.txt"), new File(["b"], "b.txt"));
    await vi.waitFor(() => expect(stage.all("attached")).toHaveLength(2));
    await stage.press("detach", 0);
    await vi.waitFor(() => expect(stage.all("attached")).toHaveLength(1));
    await stage.press("send");
    expect((await stage.got("prompt"))[0]).toMatchObject({ text: "", attachments: [{ name: "b.txt" }] });
  });

  test.each([
    ["that is no text", [new File([new Uint8Array([0xff, 0xfe, 0x00])], "model.bin")], "model.bin is neither an image nor text"],
    ["of text in another encoding", [new File([new Uint8Array([0x47, 0x72, 0xf6, 0xdf, 0x65])], "latin.csv")], "in UTF-8"],
    ["with zeros in it", [new File(["a\0b"], "zero.dat")], "zero.dat is neither"],
    ["that is too large", [new File(["x".repeat(1_000_000)], "big.csv")], "big.csv is too large"],
    ["that is too large together with the others", ["a", "b", "c"].map((name) => new File(["x".repeat(400_000)], name)), "c is too large"],
    ["that is one too many", Array.from({ length: 21 }, (_, index) => new File(["x"], `${index}`)), "At most 20"],
    ["that is a broken image", [new File(["x"], "x.png", { type: "image/png" })], "x.png is no image"],
  ])("%s is refused with a reason", async (_what, files, words) => {
    await attach(...files);
    await stage.shows("problems", words);
    type(field(), "x");
    await stage.gone("problems");
  });

  test("is taken from the clipboard, but not where text is meant", async () => {
    const paste = (types: string[], files: File[]) => {
      const event = new Event("paste", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "clipboardData", { value: { types, files } });
      return field().dispatchEvent(event);
    };
    const file = new File(["x"], "x.txt");
    await stage.shows("panel");
    expect(paste(["text/plain", "text/html", "Files"], [file])).toBe(true);
    expect(paste(["Files"], [file])).toBe(false);
    await stage.shows("attached", "x.txt");
    expect(stage.all("attached")).toHaveLength(1);
  });

  test("can be dropped anywhere on the panel, which shows it while one is dragged over it", async () => {
    await stage.shows("panel");
    const drag = (type: string, types: string[]) => {
      const event = new Event(type, { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: { types, files: [new File(["x"], "x.txt")] } });
      stage.one("panel").dispatchEvent(event);
    };
    drag("dragenter", ["text/plain"]);
    await pause(20);
    expect(stage.all("drop")).toEqual([]);
    drag("dragenter", ["Files"]);
    await stage.shows("drop", "Drop to attach");
    drag("drop", ["Files"]);
    await stage.gone("drop");
    await stage.shows("attached", "x.txt");
  });
});
