import { beforeAll, inject } from "vitest";
import { type PartName, part, partsFrom } from "../src/parts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the parts of this build are, as a server's base URL. */
    parts: string;
    /** Their addresses in there, as JSON. */
    addresses: string;
  }
}

const ALL: PartName[] = ["agents", "diff", "highlight", "languages", "markdown", "math", "notebook"];

// As on a page that has been open for a while.
beforeAll(async () => {
  if (typeof document === "undefined") return; // nothing is drawn
  partsFrom(new URL(inject("parts")));
  await Promise.all(ALL.map((name) => part(name)));
});
