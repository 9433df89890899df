import type { JSX } from "preact";

// Drawn for this project on a grid of 16, in strokes of the text's colour.
const PATHS = {
  again: "M3.5 8a4.5 4.5 0 1 1 1.4 3.3M3.5 4.5V8H7",
  agent: "M8 2v2M4.5 4.5h7a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 11V6a1.5 1.5 0 0 1 1.5-1.5ZM6 8v1M10 8v1",
  alert: "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.3v.2",
  arrowDown: "M8 3v10M4 9l4 4 4-4",
  arrowUp: "M8 13V3M4 7l4-4 4 4",
  attach: "M11.5 6.5 7 11a1.8 1.8 0 0 1-2.6-2.6l5-5a3 3 0 0 1 4.2 4.3l-5.2 5.1a4.2 4.2 0 0 1-6-5.9L7 2.3",
  check: "m3.5 8.5 3 3 6-7",
  chevron: "m6 4 4 4-4 4",
  circle: "M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z",
  clock: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5v3.2l2 1.3",
  close: "m4.5 4.5 7 7M11.5 4.5l-7 7",
  comment: "M2.5 3.5h11v7.5H8L5 13.5V11H2.5V3.5Z",
  copy: "M6 6h7.5v7.5H6ZM10 6V2.5H2.5V10H6",
  down: "m4 6 4 4 4-4",
  edit: "M3 13h2.5l7-7L10 3.5l-7 7V13ZM8.7 4.8l2.5 2.5",
  file: "M4.5 2.5h4.5L12 5.5v8H4.5v-11ZM9 2.5v3h3",
  folder: "M2.5 4h4l1.5 1.5h5.5v7h-11V4Z",
  globe: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM2.5 8h11M8 2.5c-3.5 3.5-3.5 7.5 0 11M8 2.5c3.5 3.5 3.5 7.5 0 11",
  history: "M3.2 6A5.3 5.3 0 1 1 2.7 9M2.7 3v3.2h3.2M8 5v3.2l2 1.3",
  info: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 7.3v3.5M8 5v.2",
  list: "M6.5 4.5h7M6.5 8h7M6.5 11.5h7M3 4.5h.5M3 8h.5M3 11.5h.5",
  notebook: "M4 2.5h8.5v11H4v-11ZM6.5 2.5v11M2.5 5H4M2.5 8H4M2.5 11H4",
  plus: "M8 3v10M3 8h10",
  question: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 9.8M8 12.2v.2",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.2 3.2",
  shield: "M8 2 13 4v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4l5-2Z",
  spark: "M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4M3.4 3.4l2.8 2.8M9.8 9.8l2.8 2.8M12.6 3.4 9.8 6.2M6.2 9.8l-2.8 2.8",
  steer: "M2.5 8h7M6.5 4.5 10 8l-3.5 3.5M13 3.5v9",
  stop: "M5 5h6v6H5Z",
  terminal: "M3 4.5 6.5 8 3 11.5M8 12h5",
  timeline: "M4.5 4.8v1.9M4.5 9.3v1.9M3.2 3.5a1.3 1.3 0 1 1 2.6 0a1.3 1.3 0 1 1-2.6 0M3.2 8a1.3 1.3 0 1 1 2.6 0a1.3 1.3 0 1 1-2.6 0M3.2 12.5a1.3 1.3 0 1 1 2.6 0a1.3 1.3 0 1 1-2.6 0M8.5 3.5h5M8.5 8h5M8.5 12.5h5",
  tool: "M10 2.5a3.5 3.5 0 0 0-3.2 5L2.5 11.8l1.7 1.7 4.3-4.3a3.5 3.5 0 0 0 4.7-4.2L11 7.2 8.8 5l2.2-2.2A3.5 3.5 0 0 0 10 2.5Z",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4",
  up: "m4 10 4-4 4 4",
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside words; it says nothing that the words do not. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="jcw-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Something is going on. */
export function Spinner(): JSX.Element {
  return <span class="jcw-spinner" aria-hidden="true" />;
}
