// Runs in the page before any of its scripts: holds back what the server sends until `release`, so that the page's work
// on it is not mixed with the server's; and notes frames of the screen, long tasks and shifts of the layout.
(() => {
  const wire = { held: [], holding: true, mutated: 0, shifts: [], long: [], gaps: [] };
  window.__wire = wire;
  window.WebSocket = class extends WebSocket {
    set onmessage(listener) {
      super.onmessage = (event) => (wire.holding ? wire.held.push(() => listener(event)) : listener(event));
    }
  };
  const quiet = async (pause) => {
    while (performance.now() - wire.mutated < pause) await new Promise((resolve) => setTimeout(resolve, 30));
  };
  // Milliseconds until the newest turn was on the page, and until nothing changed any more.
  wire.release = async (turn) => {
    const start = performance.now();
    wire.holding = false;
    for (const deliver of wire.held.splice(0)) deliver();
    const folded = performance.now() - start;
    while (!document.querySelector(`[data-turn="${turn}"]`)) await new Promise(requestAnimationFrame);
    const shown = performance.now() - start;
    await quiet(400);
    return { folded, shown, settled: wire.mutated - start };
  };
  // Scrolls `pixels` a frame of the screen, for so many frames; the time between each two.
  wire.scroll = async (element, pixels, frames) => {
    const gaps = [];
    let last = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < frames; frame++) {
      element.scrollTop += pixels;
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  };
  new MutationObserver(() => (wire.mutated = performance.now())).observe(document, { subtree: true, childList: true, characterData: true });
  new PerformanceObserver((list) => wire.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  new PerformanceObserver((list) => wire.shifts.push(...list.getEntries().map((entry) => entry.value))).observe({ type: "layout-shift" });
})();
