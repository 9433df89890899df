import type { JSX } from "preact";
import type { Mention } from "../drafts";
import type { Attachment } from "../protocol/frames.gen";
import { Icon } from "./icons";
import { useFold } from "./reading";
import { strings } from "./strings";
import { toolStrings } from "./strings/tool";
import { Picture } from "./tool/picture";

const LINES = 14;
const CHARACTERS = 1_400;

interface PromptProps {
  text: string;
  attachments: readonly Attachment[];
  mentions: readonly Mention[];
  user?: string;
  /** Key of the item that it is, where it is not the turn's own. */
  item?: string;
}

/** What a person asked, exactly as it was written; a long prompt folds. */
export function PromptBubble({ text, attachments, mentions, user = "", item }: PromptProps): JSX.Element {
  return (
    <div class="jcw-prompt" data-jcw="prompt" data-item={item}>
      {user && <span class="jcw-hidden">{user}: </span>}
      {isLong(text) ? (
        <LongText text={text} />
      ) : (
        <div class="jcw-prompt-text" dir="auto">
          {text}
        </div>
      )}
      {attachments.length > 0 && (
        <div class="jcw-prompt-along">
          {attachments.map((attachment) =>
            attachment.content.kind === "image" ? (
              <Picture block={attachment.content} name={attachment.name} />
            ) : (
              <div class="jcw-attachment" title={strings.attached}>
                <Icon name="file" />
                {attachment.name}
              </div>
            ),
          )}
        </div>
      )}
      {mentions.map((mention) => (
        <div class="jcw-attachment" data-jcw="mentioned" data-kind={mention.kind} title={strings.attached}>
          <Icon name={mention.kind === "error" ? "alert" : mention.kind === "variable" ? "list" : "notebook"} />
          {nameOf(mention)}
        </div>
      ))}
    </div>
  );
}

/** What a mention is called. */
export function nameOf(mention: Mention): string {
  return mention.kind === "variable" ? mention.name : mention.label || mention.cell;
}

function LongText({ text }: { text: string }): JSX.Element {
  const [open, setOpen] = useFold(promptFold(text));
  const lines = text.split("\n").length;
  return (
    <>
      <div class={`jcw-prompt-text ${open ? "" : "jcw-prompt-cut"}`} dir="auto">
        {text}
      </div>
      <button type="button" class="jcw-link" data-jcw="prompt-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? toolStrings.showLess : lines > LINES ? toolStrings.showPrompt(lines) : toolStrings.showWholePrompt}
      </button>
    </>
  );
}

function isLong(text: string): boolean {
  return text.length > CHARACTERS || text.split("\n", LINES + 2).length > LINES + 1;
}

/** What remembers whether a long prompt is unfolded. */
export function promptFold(text: string): string {
  return `prompt:${text.length}:${text.slice(0, 80)}`;
}
