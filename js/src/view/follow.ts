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
    let top = scroller.scrollTop;
    const scrolled = () => {
      const near = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < NEAR;
      // New text below moves the end away without the reader's doing: only a move upwards is the reader's wish.
      following.current = near || (following.current && scroller.scrollTop >= top);
      top = scroller.scrollTop;
      setAtEnd(following.current);
    };
    const grown = new ResizeObserver(() => {
      if (following.current) {
        scroller.scrollTop = scroller.scrollHeight;
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
