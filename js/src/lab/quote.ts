import type { ICell, ICodeCell, IError } from "@jupyterlab/nbformat";
import type { Attachment } from "../protocol/frames.gen";
import type { LabTexts } from "./texts";

const MOST_LINES = 60; // of a traceback: Python's own deepest frames are at its end, the cause often at its start
const MOST_CHARS = 20_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours a traceback
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** A cell's source, to go along with a prompt. `index`: its place in the notebook, from 0. */
export function quoted(cell: ICell, index: number, texts: LabTexts): Attachment {
  const count = (cell as Partial<ICodeCell>).execution_count;
  const name = count ? texts.cellRun(String(count)) : texts.cell(String(index + 1));
  return { name, content: { kind: "text", text: joined(cell.source) } };
}

/** What a prompt about the error of a cell consists of; null where the cell has none. */
export function explaining(cell: ICell, index: number, texts: LabTexts): { text: string; attachments: Attachment[] } | null {
  const error = errorOf(cell);
  if (error === null) {
    return null;
  }
  const text = trimmed(tracebackOf(error), texts);
  const message = firstLine(error.evalue);
  return {
    text: texts.explainPrompt(message ? `${error.ename}: ${message}` : error.ename),
    attachments: [quoted(cell, index, texts), { name: texts.traceback(error.ename), content: { kind: "text", text } }],
  };
}

/** The last error among the outputs of a cell. */
export function errorOf(cell: ICell): IError | null {
  const outputs = (cell as Partial<ICodeCell>).outputs ?? [];
  return (outputs.findLast((output) => output.output_type === "error") as IError | undefined) ?? null;
}

function tracebackOf({ ename, evalue, traceback }: IError): string {
  const whole = traceback.join("\n").replace(ESCAPES, "").trimEnd();
  return whole || `${ename}: ${evalue}`;
}

function trimmed(text: string, texts: LabTexts): string {
  const lines = text.split("\n");
  const left = lines.length - MOST_LINES;
  const short = left > 0 ? [...lines.slice(0, MOST_LINES / 3), `… ${texts.leftOut(left)} …`, ...lines.slice((-MOST_LINES * 2) / 3)] : lines;
  return short.join("\n").slice(-MOST_CHARS);
}

function joined(source: string | string[]): string {
  return typeof source === "string" ? source : source.join("");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.slice(0, 200) ?? "";
}
