import type { JSX } from "preact";

interface WordsProps {
  label: string;
  value: string;
  disabled: boolean;
  change(value: string): void;
  /** Enter, where there is something to submit. */
  submit(): void;
}

/** One line of free words that goes with an answer. */
export function Words({ label, value, disabled, change, submit }: WordsProps): JSX.Element {
  return (
    <input
      class="jcw-input"
      type="text"
      data-jcw="words"
      aria-label={label}
      placeholder={label}
      value={value}
      disabled={disabled}
      maxLength={20_000}
      onInput={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.isComposing && value.trim()) {
          event.preventDefault();
          submit();
        }
      }}
    />
  );
}
