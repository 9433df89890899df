import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { MarkdownView } from "../parts/markdown";
import { usePart } from "./use-part";

interface MarkdownProps {
  text: string;
  /** Whether more of the text is still to come. */
  open: boolean;
}

/** Markdown that may grow; its source, until that which renders it is there. */
export function Markdown({ text, open }: MarkdownProps): JSX.Element {
  const renderer = usePart("markdown");
  if (renderer === null) {
    return <div class="jcw-markdown jcw-md jcw-md-source">{text}</div>;
  }
  return <Rendered key="rendered" text={text} open={open} create={renderer.createMarkdown} />;
}

interface RenderedProps extends MarkdownProps {
  create: (element: HTMLElement, options: { streaming: boolean }) => MarkdownView;
}

/** Its DOM belongs to the renderer, which is given only what is new. */
function Rendered({ text, open, create }: RenderedProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const rendered = useRef<{ view: MarkdownView; text: string; finished: boolean } | null>(null);

  useLayoutEffect(() => {
    const host = element.current as HTMLDivElement;
    rendered.current ??= { view: create(host, { streaming: open }), text: "", finished: false };
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
  }, [text, open, create]);

  useLayoutEffect(() => () => rendered.current?.view.dispose(), []);

  return <div class="jcw-markdown" ref={element} />;
}
