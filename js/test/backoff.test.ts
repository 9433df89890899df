import { expect, test } from "vitest";
import { delay } from "../src/socket/backoff";

test("the wait doubles with each attempt, up to twenty seconds", () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => delay(attempt, () => 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
});

test("half of the wait is random, and never less than the other half", () => {
  expect(delay(4, () => 0)).toBe(2000);
  expect(delay(4, () => 0.5)).toBe(3000);
});
