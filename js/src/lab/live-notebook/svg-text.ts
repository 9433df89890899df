const MOST_ELEMENTS = 4000; // beyond, what comes from style sheets is left out: it takes too long
const LONGEST = 8_000_000; // characters
// What the page's style sheets may say of an SVG's parts, which alone has none.
const STYLES = [
  "color",
  "display",
  "dominant-baseline",
  "fill",
  "fill-opacity",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "letter-spacing",
  "opacity",
  "shape-rendering",
  "stroke",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-opacity",
  "stroke-width",
  "text-anchor",
  "visibility",
];

/**
 * An SVG of the page as a data URL that looks the same outside of it, in pixels.
 *
 * @throws Error where it is too long
 */
export function serialized(svg: SVGSVGElement, width: number, height: number): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const parts = [...svg.querySelectorAll("*")];
  if (parts.length <= MOST_ELEMENTS) {
    const copies = [...copy.querySelectorAll("*")];
    parts.forEach((part, place) => void dress(part, copies[place]));
  }
  dress(svg, copy);
  copy.style.backgroundColor = getComputedStyle(svg).backgroundColor;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  // A reference to a part of the page is one to a part of this picture.
  const text = new XMLSerializer().serializeToString(copy).replace(/url\((&quot;|["']?)https?:[^)#]*#/g, "url($1#");
  if (text.length > LONGEST) {
    throw new Error("The SVG is too long.");
  }
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function dress(part: Element, copy: Element | undefined): void {
  if (!(copy instanceof SVGElement || copy instanceof HTMLElement)) {
    return;
  }
  const computed = getComputedStyle(part);
  for (const name of STYLES) {
    const value = computed.getPropertyValue(name);
    if (value !== "") {
      copy.style.setProperty(name, value);
    }
  }
}
