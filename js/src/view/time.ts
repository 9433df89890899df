/** A duration for people: 0.8 s, 12 s, 3 min 5 s, 2 h 4 min. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  return whole(seconds);
}

/** The same in whole seconds, for what is counting. */
export function elapsed(ms: number): string {
  return whole(Math.max(0, ms) / 1000);
}

function whole(seconds: number): string {
  const all = Math.floor(seconds);
  if (all < 60) {
    return `${all} s`;
  }
  const minutes = Math.floor(all / 60);
  return minutes < 60 ? `${minutes} min ${all % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A count for people: 950, 1.2k, 34k, 1.5M. */
export function count(value: number): string {
  if (value < 1000) {
    return String(value);
  }
  return value < 999_500 ? `${short(value / 1000)}k` : `${short(value / 1_000_000)}M`;
}

function short(value: number): string {
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}
