import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { createMarkdown, type MarkdownView } from "./markdown/index";

interface MarkdownProps {
  text: string;
  /** Whether more of the text is still to come. */
  open: boolean;
}

/** Markdown that may grow. Its DOM belongs to the renderer, which is given only what is new. */
export function Markdown({ text, open }: MarkdownProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const rendered = useRef<{ view: MarkdownView; text: string; finished: boolean } | null>(null);

  useLayoutEffect(() => {
    const host = element.current as HTMLDivElement;
    rendered.current ??= { view: createMarkdown(host, { streaming: open }), text: "", finished: false };
    const now = rendered.current;
    if (now.finished && now.text === text) {
      return;
    }
    if (!now.finished && text.startsWith(now.text)) {
      now.view.append(text.slice(now.text.length));
    } else {
      now.view.replace(text);
    }
    now.text = text;
    now.finished = !open;
    if (!open) {
      now.view.finish();
    }
  }, [text, open]);

  useLayoutEffect(() => () => rendered.current?.view.dispose(), []);

  return <div class="jcw-markdown" ref={element} />;
}
