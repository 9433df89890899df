import type { ComponentChildren, JSX } from "preact";
import { useSession } from "../hooks";
import { Icon, type IconName } from "../icons";
import { questionStrings as strings } from "../strings/question";

interface FrameProps {
  /** Of the question. */
  id: string;
  icon: IconName;
  title: ComponentChildren;
  children: ComponentChildren;
  buttons: ComponentChildren;
}

/** How every question looks: its title and its buttons stay in sight, and what is between them scrolls. */
export function Frame({ id, icon, title, children, buttons }: FrameProps): JSX.Element {
  const titleId = `${useSession().prefix}-title-${id}`;
  return (
    <div class="jcw-question-frame" role="group" aria-labelledby={titleId}>
      <header class="jcw-question-title" id={titleId}>
        <Icon name={icon} />
        <span class="jcw-question-words">{title}</span>
        <kbd class="jcw-key jcw-shortcut" title={strings.shortcutTitle}>
          {strings.shortcut}
        </kbd>
      </header>
      <div class="jcw-question-body">{children}</div>
      <div class="jcw-buttons">{buttons}</div>
    </div>
  );
}

interface AnswerProps {
  hook: string;
  /** The number key that presses it. */
  digit?: number;
  primary?: boolean;
  disabled: boolean;
  press(): void;
  children: ComponentChildren;
}

/** A button of a question. */
export function AnswerButton({ hook, digit, primary = false, disabled, press, children }: AnswerProps): JSX.Element {
  return (
    <button
      type="button"
      class={`jcw-button ${primary ? "jcw-primary" : ""}`}
      data-jcw={hook}
      data-digit={digit}
      disabled={disabled}
      onClick={press}
      {...(digit && { "aria-keyshortcuts": `${digit}` })}
    >
      <span class="jcw-answer-words">{children}</span>
      {digit && <Digit digit={digit} />}
    </button>
  );
}

/** The number key that presses or picks something. */
export function Digit({ digit }: { digit: number }): JSX.Element {
  return (
    <span class="jcw-key" aria-hidden="true">
      {digit}
    </span>
  );
}
