import { describe, expect, test } from "vitest";
import { ended, of, type ShortFrame, started, whole } from "./fold";
import { key, pause, Stage, type, until } from "./stage";
import { send } from "./wire";

const ARMED_MS = 320;
const stage = new Stage();
const ready: ShortFrame = { type: "state", state: "ready", why: "" };
const running: ShortFrame = { type: "state", state: "running", why: "" };

const OFFERS = {
  commands: [],
  models: [
    { id: "default", label: "Default", description: "What the account has" },
    { id: "sonnet", label: "Sonnet", description: "For every day" },
  ],
  efforts: ["low", "high"],
  modes: ["default", "acceptEdits", "plan"],
};

function offer(offers: object = OFFERS): void {
  stage.wire.rest.set("GET sessions/s/offers", () => [200, offers]);
}

function welcome(more: object): void {
  stage.wire.onOpen = ({ peer }) =>
    send(peer, {
      ...{ type: "welcome", protocol: 1, session: "s", context: "workspace", notebook: "a.ipynb", title: "", head: 0, state: "ready" },
      ...{ settings: { mode: "default" }, demo: false },
      ...more,
    });
}

const choices = () => stage.all("choice").map((choice) => choice.dataset["value"]);
const choose = (value: string) => stage.press("choice", choices().indexOf(value));
const configured = (settings: object): ShortFrame => ({ type: "configured", title: "", settings: { mode: "default", ...settings } }) as ShortFrame;

async function open(hook: string, choice: string): Promise<void> {
  await stage.press(hook);
  await until(() => expect(choices()).toContain(choice));
}

describe("the mode", () => {
  test("is chosen from a menu, and shown as the server says it", async () => {
    offer();
    await stage.shows("mode", "Ask first");
    await open("mode", "plan");
    await choose("plan");
    expect(await stage.got("configure")).toMatchObject([{ mode: "plan" }]);
    await stage.gone("mode-popup");
    await stage.shows("mode", "Ask first");
    await stage.show(configured({ mode: "plan" }));
    await stage.shows("mode", "Plan");
  });

  test("is not offered to go without questions unless the server allows it", async () => {
    offer();
    await open("mode", "plan");
    await pause(50);
    expect(choices()).toEqual(["default", "acceptEdits", "plan"]);
  });

  test("goes without questions only after a second act that is not taken at once, and shows it all the time", async () => {
    offer({ ...OFFERS, modes: [...OFFERS.modes, "bypassPermissions"] });
    await open("mode", "bypassPermissions");
    await choose("bypassPermissions");
    await stage.shows("bypass");
    stage.one("bypass-do").click();
    await stage.got("configure", 0);
    await pause(ARMED_MS);
    stage.one("bypass-do").click();
    expect(await stage.got("configure")).toMatchObject([{ mode: "bypassPermissions" }]);
    await stage.show(configured({ mode: "bypassPermissions" }));
    await until(() => expect(stage.one("mode").dataset["fact"]).toBe("bypassPermissions"));
  });

  test("goes round by Shift+Tab in the composer; after Escape the key leaves it", async () => {
    await until(() => expect(stage.one("mode").getAttribute("aria-disabled")).toBe("false"));
    const composer = stage.one("composer");
    const back = () => key(composer, "Tab", { shiftKey: true });
    expect(back()).toBe(false);
    expect(await stage.got("configure")).toMatchObject([{ mode: "acceptEdits" }]);
    await stage.show(configured({ mode: "plan" }));
    await stage.shows("mode", "Plan");
    back();
    expect(await stage.got("configure", 2)).toMatchObject([{}, { mode: "default" }]);
    key(composer, "Escape");
    expect(back()).toBe(true);
    await stage.got("configure", 2);
  });
});

describe("the model and the effort", () => {
  test("are chosen from what the server offers; null is Claude Code's own", async () => {
    offer();
    await stage.shows("model", "Default model");
    await open("model", "sonnet");
    expect(choices()).toEqual(["", "sonnet"]);
    await choose("sonnet");
    await stage.show(configured({ model: "sonnet" }));
    await stage.shows("model", "sonnet");
    await open("model", "");
    await choose("");
    await open("effort", "high");
    await choose("high");
    expect(await stage.got("configure", 3)).toMatchObject([{ model: "sonnet" }, { model: null }, { effort: "high" }]);
  });

  test("may be a model that is not in the list, by its id", async () => {
    offer();
    await open("model", "sonnet");
    type(stage.one("model-other"), "claude-next[1m]");
    await until(() => expect(stage.one("model-other").closest("form")?.querySelector("button")?.disabled).toBe(false));
    stage.one("model-other").closest("form")?.requestSubmit();
    expect(await stage.got("configure")).toMatchObject([{ model: "claude-next[1m]" }]);
  });

  test("say that they hold from the next turn on, while one runs", async () => {
    offer();
    await stage.show(running, started);
    await until(() => expect(stage.one("panel").dataset["state"]).toBe("running"));
    await stage.show(configured({ model: "sonnet" }));
    await stage.shows("model", "from the next turn");
    await stage.show(ended, ready);
    await until(() => expect(stage.one("model").textContent).toBe("sonnet"));
  });

  test("are harmless on the demo model, which says what it is", async () => {
    welcome({ demo: true, settings: { mode: "default", model: "sonnet" } });
    offer();
    await stage.shows("model", "Demo model");
    await open("model", "sonnet");
    expect(stage.one("model-popup").textContent).toContain("whatever you choose");
  });

  test("still let a name be written where the list cannot be loaded", async () => {
    stage.wire.rest.set("GET sessions/s/offers", () => [500, { code: "internal", message: "No." }]);
    await stage.shows("model", "Default model");
    await stage.press("model");
    await stage.shows("model-popup", "could not be loaded");
    expect(stage.one("model-other")).toBeDefined();
  });
});

describe("a popup", () => {
  test("is a menu for the keyboard: arrows, End, first letters, Escape back to its button", async () => {
    offer();
    await until(() => expect(stage.one("mode").getAttribute("aria-disabled")).toBe("false"));
    key(stage.one("mode"), "ArrowDown");
    await stage.shows("mode-popup");
    const active = () => (document.activeElement as HTMLElement).dataset["value"];
    await until(() => expect(active()).toBe("default"));
    const press = (name: string) => key(document.activeElement as Element, name);
    press("ArrowDown");
    expect(active()).toBe("acceptEdits");
    press("End");
    expect(active()).toBe("plan");
    press("ArrowDown");
    expect(active()).toBe("default");
    press("p");
    expect(active()).toBe("plan");
    press("Escape");
    await stage.gone("mode-popup");
    expect(document.activeElement).toBe(stage.one("mode"));
  });

  test("closes by a click elsewhere", async () => {
    await stage.press("gauge");
    await stage.shows("gauge-popup");
    await until(() => {
      stage.one("composer").dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
      expect(stage.all("gauge-popup")).toHaveLength(0);
    });
  });
});

describe("the context", () => {
  const usage = { input_tokens: 1000, output_tokens: 500, cache_read_tokens: 0, cache_write_tokens: 0, cost_usd: 0.25 };
  const end = { ...ended, usage: { ...usage, context_tokens: 50_000, context_window: 200_000 } } as ShortFrame;

  test("is a share of the window, as of the last turn; what fills it is asked only on a click", async () => {
    const parts = [{ name: "Messages", tokens: 30_000 }, { name: "System prompt", tokens: 20_000 }];
    stage.wire.rest.set("GET sessions/s/context", () => [200, { tokens: 50_000, window: 200_000, parts }]);
    await stage.show(of("a", started), of("a", end), of("b", started), of("b", end), ready);
    await stage.shows("gauge", "25%");
    expect(stage.wire.asked).toHaveLength(0);
    await stage.press("gauge");
    await stage.shows("context-part", "Messages");
    expect(stage.all("context-part")).toHaveLength(2);
    expect(stage.one("totals").textContent).toBe("2 turns · 2.0k tokens in, 1.0k out");
    expect(stage.one("cost").textContent).toContain("About $0.50");
    expect(stage.one("cost").textContent).toContain("estimate");
  });

  test("costs nothing on the demo model", async () => {
    welcome({ demo: true });
    await stage.show(started, whole("Hi."), end, ready);
    await stage.press("gauge");
    await stage.shows("totals", "1 turn");
    expect(stage.all("cost")).toHaveLength(0);
    expect(stage.one("figures").textContent).not.toContain("$");
  });

  test("is compacted on demand, not while a turn runs", async () => {
    await stage.show(running, started);
    await stage.press("gauge");
    await until(() => expect((stage.one("compact") as HTMLButtonElement).disabled).toBe(true));
    await stage.show(end, ready);
    await stage.press("compact");
    expect(await stage.got("prompt")).toMatchObject([{ text: "/compact" }]);
  });
});

describe("a notice", () => {
  test("counts down to the next attempt, and ends there", async () => {
    const retry = { type: "notice", code: "retrying", level: "warning", text: "Busy.", remedy: "", over: false, retry_in_ms: 3500 };
    const seconds = () => Number(/in (\d) s/.exec(stage.one("countdown")?.textContent ?? "")?.[1]);
    await stage.show({ ...retry, at: Date.now() } as ShortFrame);
    await stage.shows("countdown", "next attempt in");
    const first = seconds();
    await until(() => expect(seconds()).toBeLessThan(first));
    await stage.shows("countdown", "trying again now");
  });

  test("of a limit says when that is over", async () => {
    const limit = { type: "notice", code: "rate_limit", level: "error", text: "Reached.", remedy: "", over: false, retry_in_ms: 3_900_000 };
    await stage.show({ ...limit, at: Date.now() } as ShortFrame);
    await stage.shows("countdown", "resets in 1 h 4 min");
  });
});
