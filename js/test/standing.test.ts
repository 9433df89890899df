import { Signal } from "@lumino/signaling";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Front } from "../src/lab/front";
import { Standing } from "../src/lab/standing";
import { Wire } from "./wire";

const patience = { timeout: 20_000 };
let wire: Wire;

beforeEach(async () => {
  wire = new Wire();
  const config = document.body.appendChild(document.createElement("script"));
  config.id = "jupyter-config-data";
  config.type = "application/json";
  config.textContent = JSON.stringify({ baseUrl: (await wire.listen()).href, token: "" });
});

afterEach(async () => {
  document.getElementById("jupyter-config-data")?.remove();
  await wire.close();
});

/** The notebook in front, as far as it counts here. */
function front(): Front {
  const tells = new Signal<object, void>({});
  return { notebook: "a.ipynb", changed: tells, renamed: tells } as unknown as Front;
}

test("the state in the status bar is asked anew after the server was away, until the server answers", async () => {
  const session = (state: string) => [200, { sessions: [{ session_id: "s", context: "workspace", state, questions: 0 }] }] as [number, unknown];
  wire.rest.set("GET sessions", () => session("running"));
  const standing = new Standing(front());
  await vi.waitFor(() => expect(standing.state).toBe("running"), patience);
  wire.rest.set("GET sessions", () => [503, {}]);
  const before = wire.asked.length;
  standing.lost();
  standing.lost();
  await vi.waitFor(() => expect(wire.asked.length).toBe(before + 1), patience);
  wire.rest.set("GET sessions", () => session("ready"));
  await vi.waitFor(() => expect(standing.state).toBe("ready"), patience);
}, 60_000);
