/** How often a page that nobody sees is brought up to date, in milliseconds: it draws no frames. */
const HIDDEN_MS = 250;

/** An event of the window: no frame will come before what waits is needed (on paper). */
const DRAW_NOW = "jcw-draw-now";

/**
 * Call `draw` once, with the next frame that the browser draws; where it draws none (the page is hidden, or there is
 * no `requestAnimationFrame`), a little later.
 * @returns a function that takes the call back.
 */
export function onNextFrame(draw: () => void): () => void {
  const animates = !document.hidden && typeof requestAnimationFrame === "function";
  const frame = animates ? requestAnimationFrame(run) : undefined;
  const timer = animates ? undefined : setTimeout(run, HIDDEN_MS);
  // A page that becomes hidden keeps its frame waiting; one that becomes visible should be up to date at once.
  document.addEventListener("visibilitychange", run);
  window.addEventListener(DRAW_NOW, run);

  function cancel(): void {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", run);
    window.removeEventListener(DRAW_NOW, run);
  }
  function run(): void {
    cancel();
    draw();
  }
  return cancel;
}
