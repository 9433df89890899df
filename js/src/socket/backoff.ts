const FIRST_MS = 500;
const CEILING_MS = 20_000;

/**
 * Milliseconds to wait before the attempt number `attempt` (from 1) to connect again.
 *
 * Doubles up to a ceiling; half of it is random, so that the panels of a restarted server do not return all at once.
 */
export function delay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
