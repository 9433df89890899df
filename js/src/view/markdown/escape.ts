const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as HTML that shows it as it stands. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text as HTML in which the author's character references (`&copy;`) keep their meaning. */
export function escapeKeepingReferences(text: string): string {
  const special = /[<>"']|&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|\w+);)/gi;
  return text.replace(special, (character) => ENTITIES[character] ?? character);
}
