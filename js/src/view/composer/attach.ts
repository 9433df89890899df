import type { Attachment } from "../../protocol/frames.gen";
import { roomBeside } from "../../session";
import { composerStrings as strings } from "../strings/composer";
import { pictureBlock } from "./picture";
import { bytesOf } from "./read";

const MOST = 20; // of the protocol
const MOST_NAME = 255;
const MOST_TEXT_BYTES = 900_000;

/** What came of files that were pasted, dropped or picked: what goes along, and why the rest does not. */
export interface Attached {
  attachments: Attachment[];
  problems: string[];
}

/** Make attachments of files, as many as fit beside what is there already. */
export async function attachmentsOf(files: readonly File[], text: string, there: readonly Attachment[]): Promise<Attached> {
  const made: Attached = { attachments: [], problems: [] };
  for (const file of files) {
    if (there.length + made.attachments.length >= MOST) {
      made.problems.push(strings.tooMany(MOST));
      break;
    }
    const attachment = await attachmentOf(file);
    if (typeof attachment === "string") {
      made.problems.push(attachment);
    } else if (roomBeside(text, [...there, ...made.attachments, attachment]) < 0) {
      made.problems.push(strings.noRoom(file.name));
    } else {
      made.attachments.push(attachment);
    }
  }
  return made;
}

/** The size of what is attached, in bytes. */
export function sizeOf({ content }: Attachment): number {
  return content.kind === "image" ? Math.floor((content.data.length * 3) / 4) : new TextEncoder().encode(content.text).length;
}

/**
 * The text of bytes that say what they are: UTF-8, or UTF-16 as spreadsheets write it.
 * @throws TypeError where they are neither
 */
function textOf(bytes: ArrayBuffer): string {
  const mark = [...new Uint8Array(bytes.slice(0, 2))].join();
  const encoding = { "255,254": "utf-16le", "254,255": "utf-16be" }[mark] ?? "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/** The attachment, or why there is none. */
async function attachmentOf(file: File): Promise<Attachment | string> {
  const name = (file.name || strings.pasted).slice(-MOST_NAME);
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") {
    return pictureBlock(file).then(
      (content) => ({ name, content }),
      () => strings.noPicture(name),
    );
  }
  if (file.size > MOST_TEXT_BYTES) {
    return strings.noRoom(name);
  }
  try {
    const text = textOf(await bytesOf(file));
    return text.includes("\0") ? strings.binary(name) : { name, content: { kind: "text", text } };
  } catch (error) {
    return error instanceof TypeError ? strings.binary(name) : strings.unreadable(name);
  }
}
