import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Mention } from "../../../drafts";
import type { ImageBlock, TextBlock } from "../../../protocol/frames.gen";
import { useRest, useSelect } from "../../hooks";
import { Icon } from "../../icons";
import { mentionStrings as strings } from "../../strings/mentions";
import { Visible } from "../../visible";

/** What would be sent, as the server says. */
interface Sending {
  blocks: (TextBlock | ImageBlock)[];
  chars: number;
  images: number;
}

/** Exactly what goes to Claude for a mention, as it is now. */
export function Preview({ mention, close }: { mention: Mention; close(): void }): JSX.Element {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const [found, setFound] = useState<Sending | "failed" | null>(null);
  const asked = JSON.stringify({ mentions: [mention] });
  useEffect(() => {
    const control = new AbortController();
    rest?.request<Sending>("POST", `api/sessions/${encodeURIComponent(session)}/mentions/preview`, JSON.parse(asked), control.signal).then(
      setFound,
      () => control.signal.aborted || setFound("failed"),
    );
    return () => control.abort();
  }, [rest, session, asked]);
  return (
    <section class="jcw-preview" data-jcw="preview" aria-label={strings.previewTitle} title={strings.previewLater}>
      <header>
        <span>{strings.previewTitle}</span>
        <span class="jcw-dim">{found !== null && found !== "failed" && strings.previewAsNow(found.chars, found.images)}</span>
        <button type="button" class="jcw-plain" data-jcw="preview-close" aria-label={strings.close} title={strings.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {found === null || found === "failed" ? (
        <p class="jcw-dim">{found === null ? strings.loading : strings.previewFailed}</p>
      ) : (
        <div class="jcw-preview-body" data-jcw="preview-body" tabIndex={0}>
          {found.blocks.map((block, index) =>
            block.kind === "image" ? (
              <img key={index} src={`data:${block.media_type};base64,${block.data}`} alt={strings.picture} />
            ) : (
              <pre key={index}>
                <Visible text={block.text} />
              </pre>
            ),
          )}
        </div>
      )}
    </section>
  );
}
