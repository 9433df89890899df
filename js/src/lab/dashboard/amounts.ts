const MINUTE = 60_000;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];
const LONG_AGO = 30 * 24 * 60 * MINUTE;

/** How long ago a time was, for people: now, 5 min. ago, 3 hr. ago, yesterday; of long ago the date. */
export function ago(iso: string, now: number, locale?: string): string {
  const passed = now - Date.parse(iso);
  if (Number.isNaN(passed)) {
    return "";
  }
  if (passed > LONG_AGO) {
    return new Date(iso).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
  }
  const format = new Intl.RelativeTimeFormat(locale, { style: "short", numeric: "auto" });
  const step = STEPS.find(([, length]) => passed >= length);
  return step === undefined ? format.format(0, "second") : format.format(-Math.floor(passed / step[1]), step[0]);
}

/** A date and time in full. */
export function moment(iso: string, locale?: string): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** An amount of memory for people: 850 kB, 212 MB, 1.4 GB. */
export function memory(bytes: number, locale?: string): string {
  const [unit, size] = UNITS.find(([, least]) => bytes >= least) ?? ["kilobyte", 1e3];
  const maximumFractionDigits = unit === "gigabyte" ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(bytes / size);
}

const UNITS: readonly [string, number][] = [
  ["gigabyte", 1e9],
  ["megabyte", 1e6],
];
