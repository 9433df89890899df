import { expect, test } from "vitest";
import type { Received } from "../src/protocol/decode";
import { Resume } from "../src/socket/resume";

const text = (seq: number): Received => ({ type: "text", seq, at: 0, message: "m", block: 0, text: "" });

test("each frame is news once, and the next connection asks for what follows the last", () => {
  const resume = new Resume();
  expect([1, 2, 2, 1, 3].map((seq) => resume.take(text(seq)))).toEqual([true, true, false, false, true]);
  expect(resume.since).toBe(3);
});

test("frames of the connection itself are always news and have no number", () => {
  const resume = new Resume();
  resume.take(text(5));
  expect(resume.take({ type: "error", problem: { code: "x", text: "", remedy: "" } })).toBe(true);
  expect(resume.since).toBe(5);
});

test("after a snapshot the numbers begin anew", () => {
  const resume = new Resume();
  resume.take(text(90));
  resume.take({ type: "snapshot", head: 12 });
  expect([3, 12].map((seq) => resume.take(text(seq)))).toEqual([true, true]);
  expect(resume.since).toBe(12);
});

test("a snapshot that was cut off is asked for again from nothing", () => {
  const resume = new Resume();
  resume.take({ type: "snapshot", head: 12 });
  resume.take(text(7));
  expect(resume.since).toBe(0);
});

test("an empty snapshot is complete at once", () => {
  const resume = new Resume();
  resume.take({ type: "snapshot", head: 0 });
  resume.take(text(1));
  expect(resume.since).toBe(1);
});
