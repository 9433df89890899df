import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSelect } from "../hooks";

const EDGE = 8; // px between a popup and the panel's border

interface PopupProps {
  /** `data-jcw` of the button; the popup's ends in `-popup`. */
  hook: string;
  /** What the button is called; `title` where more is to be said. */
  label: string;
  title?: string;
  /** Extra classes and facts of the button. */
  class?: string;
  fact?: string;
  button: ComponentChildren;
  children: (close: () => void) => ComponentChildren;
}

/** A button, and what it opens: over the panel, inside of it. Escape, a click elsewhere and leaving by Tab close it. */
export function Popup({ hook, label, title, class: extra = "", fact, button, children }: PopupProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const welcomed = useSelect((state) => state.welcomed);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useOutside(root, open, () => setOpen(false));
  return (
    <div class="jcw-popup-root" ref={root}>
      <button
        type="button"
        ref={opener}
        class={`jcw-opener ${extra}`}
        data-jcw={hook}
        data-fact={fact}
        aria-disabled={!welcomed}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label}
        title={title ?? label}
        onClick={() => setOpen(!open && welcomed)}
        onKeyDown={(event) => {
          if (!open && welcomed && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
            event.preventDefault();
            setOpen(true);
          }
        }}
      >
        {button}
      </button>
      {open && (
        <Surface hook={hook} label={label} opener={opener} close={close}>
          {children(close)}
        </Surface>
      )}
    </div>
  );
}

interface SurfaceProps {
  hook: string;
  label: string;
  opener: { current: HTMLButtonElement | null };
  close: () => void;
  children: ComponentChildren;
}

function Surface({ hook, label, opener, close, children }: SurfaceProps): JSX.Element {
  const surface = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [popup, button] = [surface.current, opener.current];
    const panel = button?.closest<HTMLElement>(".jcw-panel");
    if (!popup || !button || !panel) {
      return;
    }
    place(popup, button, panel);
    if (!popup.contains(document.activeElement)) {
      (popup.querySelector<HTMLElement>("[aria-checked=true], input, button") ?? popup).focus();
    }
    const sizes = new ResizeObserver(() => place(popup, button, panel));
    sizes.observe(panel);
    return () => sizes.disconnect();
  }, [opener]);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      close();
    }
  };
  return (
    <div class="jcw-popup" ref={surface} data-jcw={`${hook}-popup`} role="dialog" aria-label={label} tabIndex={-1} onKeyDown={pressed}>
      {children}
    </div>
  );
}

/** Calls back when the person turns to something else. */
function useOutside(root: { current: HTMLElement | null }, active: boolean, left: () => void): void {
  const latest = useRef(left);
  latest.current = left;
  useEffect(() => {
    if (!active) {
      return;
    }
    const elsewhere = (event: Event) => {
      // Composed: what was clicked may have left the document already, because the click changed what is shown.
      if (root.current !== null && !event.composedPath().includes(root.current)) {
        latest.current();
      }
    };
    document.addEventListener("pointerdown", elsewhere, true);
    document.addEventListener("focusin", elsewhere, true);
    return () => {
      document.removeEventListener("pointerdown", elsewhere, true);
      document.removeEventListener("focusin", elsewhere, true);
    };
  }, [active, root]);
}

/** Put the popup above or below its button, wherever the panel has more room. */
function place(popup: HTMLElement, opener: HTMLElement, panel: HTMLElement): void {
  const frame = popup.offsetParent ?? panel;
  const [inside, button, origin] = [panel, opener, frame].map((element) => element.getBoundingClientRect()) as [DOMRect, DOMRect, DOMRect];
  const above = button.top - inside.top - EDGE;
  const below = inside.bottom - button.bottom - EDGE;
  const furthest = inside.right - EDGE - popup.offsetWidth;
  const up = above > below;
  popup.style.left = `${Math.max(inside.left + EDGE, Math.min(button.left, furthest)) - origin.left - frame.clientLeft}px`;
  popup.style.maxHeight = `${Math.max(above, below) - 4}px`;
  popup.style.bottom = up ? `${origin.bottom - button.top - frame.clientTop + 4}px` : "auto";
  popup.style.top = up ? "auto" : `${button.bottom - origin.top - frame.clientTop + 4}px`;
}
