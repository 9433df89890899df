import { afterAll } from "vitest";

const PREACT_MS = 35; // after a drawing, its effects are run after this time at the latest

// The page goes away with the last test, and what Preact has still to do would find none.
afterAll(() => new Promise((done) => setTimeout(done, 3 * PREACT_MS)));
