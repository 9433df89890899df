import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Attachment } from "../../protocol/frames.gen";
import { useSession, useStore } from "../hooks";
import { Icon, Spinner } from "../icons";
import { composerStrings as strings } from "../strings/composer";
import { sizeOf } from "./attach";

/** What goes along with the prompt that is being written. */
export function Attachments({ preparing }: { preparing: boolean }): JSX.Element | null {
  const { draft } = useSession();
  const attachments = useStore(draft.store, (state) => state.attachments);
  const list = useRef<HTMLUListElement>(null);
  const shown = useRef(0);
  const count = attachments.length + Number(preparing);
  useLayoutEffect(() => {
    if (list.current !== null && count > shown.current) {
      list.current.scrollTop = list.current.scrollHeight; // what was added last is what one wants to see
    }
    shown.current = count;
  }, [count]);
  if (count === 0) {
    return null;
  }
  return (
    <ul ref={list} class="jcw-attachments" aria-label={strings.attachments}>
      {attachments.map((attachment, index) => (
        <li key={`${index} ${attachment.name}`} class="jcw-attached" data-jcw="attached" title={attachment.name}>
          <Preview attachment={attachment} />
          <span class="jcw-attached-name">{attachment.name}</span>
          <span class="jcw-dim">{strings.size(sizeOf(attachment))}</span>
          <button
            type="button"
            class="jcw-plain"
            data-jcw="detach"
            aria-label={strings.detach(attachment.name)}
            title={strings.detach(attachment.name)}
            onClick={() => draft.detach(index)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
      {preparing && (
        <li class="jcw-attached jcw-dim" data-jcw="preparing">
          <Spinner />
        </li>
      )}
    </ul>
  );
}

function Preview({ attachment: { content } }: { attachment: Attachment }): JSX.Element {
  return content.kind === "image" ? (
    <img class="jcw-thumbnail" src={`data:${content.media_type};base64,${content.data}`} alt="" />
  ) : (
    <Icon name="file" />
  );
}
