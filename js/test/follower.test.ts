import { describe, expect, test } from "vitest";
import { Follower } from "../src/view/scroll/follower";

/** An element that scrolls; jsdom lays nothing out. */
function scroller(clientHeight: number, scrollHeight: number): HTMLElement {
  return Object.assign(Object.create(null), { clientHeight, scrollHeight, scrollTop: scrollHeight - clientHeight });
}

describe("the newest stays in view", () => {
  test("for a reader at the end, where the view grows (a question is settled) while a new turn comes", () => {
    const element = scroller(300, 1000);
    const follower = new Follower(element);
    Object.assign(element, { clientHeight: 500, scrollTop: 500 }); // the browser moves what would be past the end
    Object.assign(element, { scrollHeight: 1100 });
    follower.scrolled();
    expect(follower.following).toBe(true);
    follower.laidOut();
    expect(element.scrollTop).toBe(600);
  });

  test("not for a reader who scrolled up", () => {
    const element = scroller(300, 1000);
    const follower = new Follower(element);
    element.scrollTop = 690;
    follower.scrolled();
    expect(follower.following).toBe(false);
    follower.laidOut();
    expect(element.scrollTop).toBe(690);
  });

  test("again for a reader who came back to the end", () => {
    const element = scroller(300, 1000);
    const follower = new Follower(element);
    follower.leave(100);
    element.scrollTop = 695;
    follower.scrolled();
    expect(follower.following).toBe(true);
  });
});
