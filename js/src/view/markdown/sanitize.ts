import createDOMPurify, { type Config, type DOMPurify } from "dompurify";

/** Every element that markdown may draw. Code blocks and their button are built by code.ts, outside of this. */
export const ALLOWED_TAGS = [
  ..."a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr li ol p pre span strong sup".split(" "),
  ..."table tbody td th thead tr ul".split(" "),
];

/** Every attribute that may come out of the sanitiser; `rel` and `target` are added to links afterwards. */
export const ALLOWED_ATTRIBUTES = ["align", "class", "href", "start", "title"];

const FORBIDDEN_TAGS = [
  ..."audio base button embed form iframe img input link math meta object picture script select source".split(" "),
  ..."style svg template textarea track video".split(" "),
];
const FORBIDDEN_ATTRIBUTES = ["action", "formaction", "id", "name", "ping", "src", "srcset", "style"];

// Nothing of the panel's own classes (questions, buttons, badges): markdown must not be able to imitate them.
const OWN_CLASS = /^(?:jcw-md-(?:html|image|inert|long|note|slot|table|task)|jcw-math(?:-display)?|hljs-[a-z_-]+)$/;

const SAFE_DESTINATION = /^(?:https?|mailto):/i;

const CONFIG = {
  ALLOWED_TAGS,
  ALLOWED_ATTR: ALLOWED_ATTRIBUTES,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: SAFE_DESTINATION,
  // DOMPurify holds every attribute that it does not know against the pattern for addresses.
  ADD_URI_SAFE_ATTR: ["align", "start"],
  FORBID_TAGS: FORBIDDEN_TAGS,
  FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
  RETURN_DOM_FRAGMENT: true,
} satisfies Config;

let purifier: DOMPurify | undefined;

/** On pages without https, browsers look up the host of each link that appears: a name in it would be a message. */
function forbidPrefetch(): void {
  const meta = document.createElement("meta");
  meta.httpEquiv = "x-dns-prefetch-control";
  meta.content = "off";
  document.head.append(meta);
}

/** An instance of our own, so that its hooks meet no other code's and there is a window when it is made. */
function createPurifier(): DOMPurify {
  forbidPrefetch();
  const created = createDOMPurify(window);
  created.addHook("uponSanitizeAttribute", (_element, data) => {
    if (data.attrName !== "class") return;
    data.attrValue = data.attrValue.split(/\s+/).filter((name) => OWN_CLASS.test(name)).join(" ");
    data.keepAttr = data.attrValue !== "";
  });
  created.addHook("afterSanitizeAttributes", (element) => {
    if (!element.hasAttribute("href")) return;
    element.setAttribute("rel", "noopener noreferrer nofollow");
    element.setAttribute("target", "_blank");
  });
  return created;
}

/**
 * Turn HTML into DOM that can do nothing: no script, no request, no form, no name or class but those above.
 * The only place where markdown's HTML is parsed; the MathML of its formulas has sanitize-math.ts.
 */
export function sanitize(html: string): DocumentFragment {
  purifier ??= createPurifier();
  // A <frameset> leaves no body to take anything from; the declared type does not say that the answer is null then.
  const fragment: DocumentFragment | null = purifier.sanitize(html, CONFIG);
  return fragment ?? document.createDocumentFragment();
}

/** The absolute http(s) or mailto address that `href` names, or null where it names none. */
export function destination(href: string): string | null {
  if (!URL.canParse(href)) return null;
  // A browser may resolve "http:path" against the page; the parsed form names its host.
  const address = new URL(href).href;
  return SAFE_DESTINATION.test(address) ? address : null;
}
