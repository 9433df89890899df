import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ImageBlock } from "../../protocol/frames.gen";
import { Icon } from "../icons";
import { useFold } from "../reading";
import { toolStrings as strings } from "../strings/tool";

const LARGE = 5_000_000; // characters of base64; decoding more without being asked could stall the page

/** A picture that came as bytes; nothing is ever fetched. A click shows it as large as the window allows. */
export function Picture({ block, name = "" }: { block: ImageBlock; name?: string }): JSX.Element {
  const large = block.data.length > LARGE;
  const [shown, show] = useFold(`picture:${block.data.length}:${block.data.slice(-40)}`, !large);
  const dialog = useRef<HTMLDialogElement>(null);
  const [enlarged, setEnlarged] = useState(false);
  const label = name || strings.picture;
  if (!shown) {
    return (
      <button type="button" class="jcw-button" data-jcw="show-picture" onClick={() => show(true)}>
        {strings.showPicture(`${Math.round((block.data.length * 0.75) / 1_000_000)} MB`)}
      </button>
    );
  }
  const enlarge = () => {
    setEnlarged(true);
    dialog.current?.showModal();
  };
  const source = `data:${block.media_type};base64,${block.data}`;
  return (
    <>
      <button type="button" class="jcw-picture-button" data-jcw="enlarge" title={strings.enlarge} aria-label={`${strings.enlarge}: ${label}`} onClick={enlarge}>
        <img class="jcw-picture" src={source} alt={name} />
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the browser's own Escape closes it too */}
      <dialog class="jcw-enlarged" ref={dialog} data-jcw="enlarged" aria-label={label} onClick={() => dialog.current?.close()} onClose={() => setEnlarged(false)}>
        {enlarged && <img src={source} alt={name} />}
        <button type="button" class="jcw-plain" aria-label={strings.close} title={strings.close}>
          <Icon name="close" />
        </button>
      </dialog>
    </>
  );
}
