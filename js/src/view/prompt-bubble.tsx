import type { JSX } from "preact";
import type { Attachment } from "../protocol/frames.gen";
import { Icon } from "./icons";
import { strings } from "./strings";
import { Picture } from "./tool/output";

interface PromptProps {
  text: string;
  attachments: readonly Attachment[];
  user?: string;
}

/** What a person asked, exactly as it was written. */
export function PromptBubble({ text, attachments, user = "" }: PromptProps): JSX.Element {
  return (
    <div class="jcw-prompt" data-jcw="prompt">
      {user && <span class="jcw-hidden">{user}: </span>}
      <div class="jcw-prompt-text">{text}</div>
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
  );
}
