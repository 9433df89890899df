/** Put text in place of a part of what is written, as if it had been typed: undo takes it back. */
export function insert(area: HTMLTextAreaElement, from: number, to: number, text: string): void {
  area.focus();
  area.setSelectionRange(from, to);
  // Deprecated, and the only way that leaves the browser's undo whole; a browser without it loses undo, not the text.
  const typed = (document as Partial<Document>).execCommand?.("insertText", false, text) ?? false;
  if (!typed) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
