import type { ImageBlock } from "../../protocol/frames.gen";
import { base64Of } from "./read";

/** Longest edge in pixels; the model sees no more of a larger picture. */
const LONGEST = 1568;
const SMALL_BYTES = 200_000;
const MOST_BYTES = 280_000;
const MAYBE_EXACT_BYTES = 2_000_000; // a larger file is a photograph, which PNG would not make small
/** How a picture is made smaller, step by step, until it is small enough: quality, and part of its edges. */
const STEPS = [
  [0.85, 1],
  [0.7, 1],
  [0.6, 0.75],
  [0.5, 0.5],
] as const;

const KEPT = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;
type Kept = (typeof KEPT)[number];

/**
 * A picture as it goes to the model: as it is where it is small, else scaled down and compressed.
 *
 * @throws DOMException where the browser cannot read it as a picture.
 */
export async function pictureBlock(file: Blob): Promise<ImageBlock> {
  const whole = await createImageBitmap(file);
  const longest = Math.max(whole.width, whole.height);
  if (longest <= LONGEST && file.size <= SMALL_BYTES && isKept(file.type)) {
    whole.close();
    return block(file, file.type);
  }
  const bitmap = longest <= LONGEST ? whole : await scaled(whole, LONGEST / longest);
  try {
    if (file.type !== "image/jpeg" && file.size <= MAYBE_EXACT_BYTES) {
      const png = await drawn(bitmap, 1, "image/png", 1);
      if (png.size <= SMALL_BYTES) {
        return await block(png, "image/png"); // plots and screenshots of text stay exact
      }
    }
    return await compressed(bitmap);
  } finally {
    bitmap.close();
  }
}

async function compressed(bitmap: ImageBitmap): Promise<ImageBlock> {
  let image: Blob | undefined;
  for (const [quality, part] of STEPS) {
    const webp = await drawn(bitmap, part, "image/webp", quality);
    // A browser that cannot write WebP gives PNG.
    image = webp.type === "image/webp" ? webp : await drawn(bitmap, part, "image/jpeg", quality);
    if (image.size <= MOST_BYTES) {
      break;
    }
  }
  return block(image as Blob, image?.type as Kept);
}

async function scaled(whole: ImageBitmap, scale: number): Promise<ImageBitmap> {
  const [resizeWidth, resizeHeight] = [whole.width, whole.height].map((edge) => Math.max(1, Math.round(edge * scale)));
  const smaller = await createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: "high" });
  whole.close();
  return smaller;
}

function isKept(type: string): type is Kept {
  return (KEPT as readonly string[]).includes(type);
}

async function drawn(bitmap: ImageBitmap, scale: number, type: string, quality: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new DOMException("no canvas", "EncodingError");
  }
  if (type === "image/jpeg") {
    context.fillStyle = "#fff"; // JPEG knows no transparency, and would show black
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new DOMException("too large", "EncodingError"))), type, quality),
  );
}

async function block(blob: Blob, type: Kept): Promise<ImageBlock> {
  return { kind: "image", media_type: type, data: await base64Of(blob) };
}
