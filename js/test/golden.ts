import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientFrame, ServerFrame } from "../src/protocol/frames.gen";

const FOLDER = join(import.meta.dirname, "../../tests/golden");

export interface Golden<Frame> {
  name: string;
  text: string;
  frame: Frame;
}

/** The documents that Python's tests read too. */
export function goldens(direction: "up"): Golden<ClientFrame>[];
export function goldens(direction: "down"): Golden<ServerFrame>[];
export function goldens(direction: "up" | "down"): Golden<unknown>[] {
  const folder = join(FOLDER, direction);
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return { name: file.replace(".json", ""), text, frame: JSON.parse(text) };
    });
}

/** The types of a union of the schema. */
export function typesOf(union: "ClientFrame" | "ServerFrame"): string[] {
  const path = join(import.meta.dirname, "../../jupyter_claude_workspace/protocol/schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8"));
  return Object.keys(schema.$defs[union].discriminator.mapping).sort();
}
