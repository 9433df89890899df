import { serialized } from "./svg-text";

const LEAST = 40; // pixels; what is smaller is an icon
const LONGEST = 1500; // pixels of the longer side
const LARGEST = 1_500_000; // characters of a PNG; beyond it is a JPEG
const FRAME_MS = 200;
const BESIDE = ".modebar-container, .vega-actions, .jp-OutputPrompt, details";

type Drawn = SVGSVGElement | HTMLCanvasElement | HTMLImageElement;

interface Layer {
  drawn: Drawn;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is drawn in an element in short, to see whether it is still changing; empty where nothing is. */
export function look(node: Element): string {
  return layersOf(node)
    .map(({ drawn, ...place }) => `${JSON.stringify(place)} ${drawn.getElementsByTagName("*").length}`)
    .join();
}

/** A picture of what is drawn in an element, as a data URL: its canvases, SVGs and images as they lie; null: there is none. */
export async function snapshot(node: Element): Promise<string | null> {
  try {
    const layers = layersOf(node);
    return layers.length > 0 ? await painted(layers, backgroundOf(node)) : null;
  } catch {
    return null; // from another origin, or not to be decoded: the browser does not give it away
  }
}

async function painted(layers: readonly Layer[], background: string): Promise<string | null> {
  const left = Math.min(...layers.map(({ x }) => x));
  const top = Math.min(...layers.map(({ y }) => y));
  const width = Math.max(...layers.map((each) => each.x + each.width)) - left;
  const height = Math.max(...layers.map((each) => each.y + each.height)) - top;
  const scale = Math.min(1.5, LONGEST / Math.max(width, height));
  const images = await Promise.all(layers.map(imageOf));
  await nextFrame(); // what WebGL has drawn is there only within the frame
  const sheet = canvasOf(width * scale, height * scale);
  layers.forEach((each, place) => {
    const image = images[place];
    if (image !== undefined) {
      sheet.drawImage(image, (each.x - left) * scale, (each.y - top) * scale, each.width * scale, each.height * scale);
    }
  });
  return isBlank(sheet) ? null : written(sheet.canvas, background);
}

function layersOf(node: Element): Layer[] {
  // What is scrolled away Lab may have taken out of the page, and it still has its size; or made its cell transparent.
  const away = !node.checkVisibility();
  const found = [...drawnIn(node)]
    .filter((drawn) => away || (drawn.checkVisibility({ visibilityProperty: true }) && getComputedStyle(drawn).opacity !== "0"))
    .map((drawn) => (away ? sized(drawn) : placed(drawn)))
    .filter(({ width, height }) => width >= 1 && height >= 1);
  return found.some(({ width, height }) => width >= LEAST && height >= LEAST) ? found : [];
}

function* drawnIn(node: Element): Generator<Drawn> {
  if (node.matches(BESIDE)) {
    return;
  }
  if (node instanceof SVGSVGElement || node instanceof HTMLCanvasElement || node instanceof HTMLImageElement) {
    yield node;
    return;
  }
  for (const child of [...(node.shadowRoot?.children ?? []), ...node.children]) {
    yield* drawnIn(child);
  }
}

function placed(drawn: Drawn): Layer {
  const { x, y, width, height } = drawn.getBoundingClientRect();
  return { drawn, x, y, width, height };
}

function sized(drawn: Drawn): Layer {
  const size = (name: "width" | "height") => {
    const said = [drawn.style[name], drawn.getAttribute(name) ?? ""].find((each) => /^[\d.]+(px)?$/.test(each));
    return Number.parseFloat(said ?? "0");
  };
  return { drawn, x: 0, y: 0, width: size("width"), height: size("height") };
}

async function imageOf({ drawn, width, height }: Layer): Promise<CanvasImageSource | undefined> {
  if (drawn instanceof HTMLCanvasElement) {
    return drawn;
  }
  const image = new Image();
  image.src = drawn instanceof HTMLImageElement ? drawn.currentSrc || drawn.src : serialized(drawn, width, height);
  await image.decode();
  return image;
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, FRAME_MS); // a page that is not seen has no frames
  });
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width);
  canvas.height = Math.ceil(height);
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new Error("This browser has no canvas.");
  }
  return context;
}

function isBlank(sheet: CanvasRenderingContext2D): boolean {
  const { data } = sheet.getImageData(0, 0, sheet.canvas.width, sheet.canvas.height);
  return data.every((value, at) => at % 4 !== 3 || value === 0);
}

function written(drawing: HTMLCanvasElement, background: string): string {
  const sheet = canvasOf(drawing.width, drawing.height);
  sheet.fillStyle = background;
  sheet.fillRect(0, 0, drawing.width, drawing.height);
  sheet.drawImage(drawing, 0, 0);
  const png = sheet.canvas.toDataURL("image/png");
  return png.length <= LARGEST ? png : sheet.canvas.toDataURL("image/jpeg", 0.85);
}

/** The colour that it is drawn on, which may be a dark theme's. */
function backgroundOf(node: Element): string {
  for (let at: Element | null = node; at !== null; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== "" && colour !== "transparent" && !/^rgba\(.*, 0\)$/.test(colour)) {
      return colour;
    }
  }
  return "white";
}
