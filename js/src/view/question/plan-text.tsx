import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Markdown } from "../prose";
import { questionStrings as strings } from "../strings/question";
import { writtenOut } from "../visible";

/** What can be commented on: the smallest parts of a plan that say something by themselves. */
const PARTS = "h1, h2, h3, h4, h5, h6, p, li, pre, tr, blockquote";

interface PlanTextProps {
  text: string;
  labelledBy: string;
  disabled: boolean;
  /** Parts that are commented on. */
  marked: readonly string[];
  comment(quote: string): void;
}

/** The plan as markdown; a part of it is chosen for a comment by a click, by selecting words, or with arrows and Enter. */
export function PlanText({ text, labelledBy, disabled, marked, comment }: PlanTextProps): JSX.Element {
  const plan = useRef<HTMLDivElement>(null);
  const selected = useSelected(plan.current);
  useEffect(() => {
    for (const part of partsOf(plan.current)) {
      part.toggleAttribute("data-commented", marked.includes(quoteOf(part)));
    }
  }, [marked]);
  const clicked = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const part = target.closest<HTMLElement>(PARTS);
    if (!disabled && part && plan.current?.contains(part) && !target.closest("a, button, summary") && selectionIn(plan.current) === "") {
      comment(quoteOf(part));
    }
  };
  const pressed = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const target = event.target as HTMLElement;
    if (by !== 0) {
      const parts = partsOf(plan.current);
      const next = parts[Math.min(parts.length - 1, Math.max(0, parts.indexOf(target) + by))];
      event.preventDefault();
      next?.setAttribute("tabindex", "-1");
      next?.focus();
    } else if (event.key === "Enter" && target.matches(PARTS) && !disabled) {
      event.preventDefault();
      event.stopPropagation();
      comment(quoteOf(target));
    }
  };
  return (
    <>
      <div ref={plan} class="jcw-plan" data-jcw="plan" tabIndex={0} role="group" aria-labelledby={labelledBy} onClick={clicked} onKeyDown={pressed}>
        <Markdown text={writtenOut(text)} open={false} />
      </div>
      <div class="jcw-plan-hint">
        {selected ? (
          <button
            type="button"
            class="jcw-link"
            data-jcw="comment-selection"
            disabled={disabled}
            onMouseDown={(event) => event.preventDefault()} // the selection stays
            onClick={() => comment(selected)}
          >
            {strings.commentSelection}
          </button>
        ) : (
          <span class="jcw-dim">{strings.planHint}</span>
        )}
      </div>
    </>
  );
}

/** The words that are selected inside `plan`; empty: none. */
function useSelected(plan: HTMLElement | null): string {
  const [selected, setSelected] = useState("");
  useEffect(() => {
    const changed = () => setSelected(selectionIn(plan));
    document.addEventListener("selectionchange", changed);
    return () => document.removeEventListener("selectionchange", changed);
  }, [plan]);
  return selected;
}

function selectionIn(plan: HTMLElement | null): string {
  const selection = document.getSelection();
  return selection && !selection.isCollapsed && plan?.contains(selection.anchorNode) && plan.contains(selection.focusNode) ? selection.toString().trim() : "";
}

/** Parts with text of their own: a list item with paragraphs inside counts by those. */
function partsOf(plan: HTMLElement | null): HTMLElement[] {
  const own = (part: HTMLElement) => [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  return [...(plan?.querySelectorAll<HTMLElement>(PARTS) ?? [])].filter((part) => part.querySelector(PARTS) === null || own(part));
}

/** The text of a part, without the lists inside it, which have parts of their own. */
function quoteOf(part: HTMLElement): string {
  const copy = part.cloneNode(true) as HTMLElement;
  for (const list of copy.querySelectorAll("ul, ol")) {
    list.remove();
  }
  return (copy.textContent ?? "").trim();
}
