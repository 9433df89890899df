import type { TranslationBundle } from "@jupyterlab/translation";

const filled = (text: string, values: unknown[]) => text.replace(/%(\d)/g, (_, place: string) => String(values[Number(place) - 1]));

/** The texts as they are written; Lab's own translator needs more of a browser than the tests have. */
export const english: TranslationBundle = {
  __: (text, ...values) => filled(text, values),
  _n: (one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values]),
  _p: (_context, text, ...values) => filled(text, values),
  _np: (_context, one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values]),
  gettext: (text, ...values) => filled(text, values),
  ngettext: (one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values]),
  pgettext: (_context, text, ...values) => filled(text, values),
  npgettext: (_context, one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values]),
  dcnpgettext: (_domain, _context, one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values]),
};
