// Runs in the page before any of its scripts: notes when the reply on the page grew, and what kept the page busy.
(() => {
  const bench = { asked: 0, marks: [], long: [], frames: [], ended: 0, whenEnded: null };
  let old = new WeakSet(); // replies that were there before: not counted, because the panel draws and undraws them
  const newest = () => Array.prototype.find.call(document.getElementsByClassName("jcw-reply"), (reply) => !old.has(reply));
  window.__bench = bench;
  addEventListener("keydown", (event) => event.key === "Enter" && (bench.asked = performance.now()), true);

  // `position`: characters of the reply as the page has it; the newline behind its last block is nobody's.
  const look = () => {
    const reply = newest();
    const position = reply ? reply.textContent.trimEnd().length : 0;
    if (position > (bench.marks.at(-1)?.[0] ?? 0)) bench.marks.push([position, performance.now()]);
    if (reply?.dataset.open === "false" && !bench.ended) {
      bench.ended = performance.now();
      bench.whenEnded?.();
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-open"],
  });
  const note = (list, read) => (entries) => bench[list].push(...entries.getEntries().map(read));
  new PerformanceObserver(note("long", (entry) => [entry.startTime, entry.duration])).observe({ type: "longtask" });
  if (PerformanceObserver.supportedEntryTypes.includes("long-animation-frame")) {
    const read = (entry) => ({
      start: entry.startTime, duration: entry.duration, blocking: entry.blockingDuration,
      scripts: entry.scripts.map((script) => [script.invoker, Math.round(script.duration), Math.round(script.forcedStyleAndLayoutDuration)]),
    });
    new PerformanceObserver(note("frames", read)).observe({ type: "long-animation-frame" });
  }

  // The yardstick: the same small piece of work again and again, which is a long task only where the machine makes it one.
  const work = (rounds) => {
    const start = performance.now();
    for (let round = 0, sum = 0; round < rounds; round++) sum += Math.sqrt(round);
    return performance.now() - start;
  };
  let working;
  bench.work = (milliseconds, pause) => {
    const rounds = 200_000;
    const quickest = Math.min(...Array.from({ length: 30 }, () => work(rounds)));
    working = setInterval(work, pause, (rounds * milliseconds) / quickest);
  };
  bench.rest = () => clearInterval(working);

  bench.begin = () => {
    Object.assign(bench, { asked: 0, marks: [], long: [], frames: [], ended: 0, whenEnded: null });
    old = new WeakSet(document.getElementsByClassName("jcw-reply"));
  };
  bench.end = () => new Promise((resolve) => (bench.ended ? resolve() : (bench.whenEnded = resolve)));
  bench.shown = () => newest()?.textContent.trimEnd() ?? "";
})();
