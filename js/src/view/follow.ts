import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

const NEAR = 32;

export interface Follow {
  /** The element that scrolls. */
  viewport: RefObject<HTMLDivElement | null>;
  /** What grows inside it. */
  content: RefObject<HTMLDivElement | null>;
  /** False when the reader went elsewhere and there is more below. */
  atEnd: boolean;
  toEnd(): void;
}

/** Keeps the newest in view for a reader who is at the end, and leaves alone a reader who is not. */
export function useFollow(): Follow {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  useLayoutEffect(() => {
    const scroller = viewport.current as HTMLDivElement;
    const end = () => scroller.scrollHeight - scroller.clientHeight;
    let top = scroller.scrollTop;
    let lastEnd = end(); // when the content was last laid out
    const scrolled = () => {
      // Whatever grows or shrinks moves the end, and may move the view with it. Only a way up that the content does not
      // explain is the reader's wish, however short it is; and so is a way down that ends near the end.
      const up = top - scroller.scrollTop > 1 && scroller.scrollTop < Math.min(lastEnd, end()) - 1;
      if (up) {
        following.current = false;
      } else if (end() - scroller.scrollTop < NEAR && scroller.scrollTop >= top) {
        following.current = true;
      }
      top = scroller.scrollTop;
      setAtEnd(following.current);
    };
    const grown = new ResizeObserver(() => {
      lastEnd = end();
      if (following.current) {
        scroller.scrollTop = lastEnd;
      }
    });
    scroller.addEventListener("scroll", scrolled, { passive: true });
    grown.observe(content.current as HTMLDivElement);
    grown.observe(scroller);
    return () => {
      scroller.removeEventListener("scroll", scrolled);
      grown.disconnect();
    };
  }, []);

  const toEnd = () => {
    following.current = true;
    setAtEnd(true);
    const scroller = viewport.current;
    if (scroller) {
      scroller.scrollTop = scroller.scrollHeight;
    }
  };
  return { viewport, content, atEnd, toEnd };
}
