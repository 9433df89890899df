import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { prefer, preferences } from "../../preferences";
import type { Prompt } from "../../protocol/frames.gen";
import { useSelect, useSession, useStore } from "../hooks";
import { Icon } from "../icons";
import { MentionsSlot } from "../notebook/mentions-slot";
import { composerStrings as strings } from "../strings/composer";
import { isMac } from "./keys";

interface RowProps {
  running: boolean;
  /** Escape was pressed once. */
  stopAsked: boolean;
  send(when: Prompt["when"]): void;
  take(files: File[]): void;
}

/** Below the text: what to attach, which key sends, and the buttons. */
export function ComposerRow({ running, stopAsked, send, take }: RowProps): JSX.Element {
  const session = useSession();
  const connected = useSelect((state) => state.link.kind === "open");
  const empty = useStore(session.draft.store, ({ text, attachments, mentions }) => !text.trim() && attachments.length + mentions.length === 0);
  const label = running ? strings.sendAfter : strings.send;
  return (
    <div class="jcw-composer-row">
      <AttachButton take={take} />
      <MentionsSlot piece="currentCell" />
      <Hint running={running} stopAsked={stopAsked} />
      {running && !empty && (
        <button type="button" class="jcw-button jcw-steer" data-jcw="steer" title={strings.steerTitle} onClick={() => send("steer")}>
          <Icon name="steer" />
          {strings.steer}
        </button>
      )}
      {running && (
        <button
          type="button"
          class="jcw-round jcw-stop"
          data-jcw="stop"
          title={strings.stop}
          aria-label={strings.stop}
          disabled={!connected}
          onClick={() => session.interrupt()}
        >
          <Icon name="stop" />
        </button>
      )}
      <button type="button" class="jcw-round jcw-send" data-jcw="send" title={label} aria-label={label} disabled={empty} onClick={() => send("queue")}>
        <Icon name="arrowUp" />
      </button>
    </div>
  );
}

function AttachButton({ take }: { take(files: File[]): void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="jcw-plain" data-jcw="attach" title={strings.attach} aria-label={strings.attach} onClick={() => input.current?.click()}>
        <Icon name="attach" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-jcw="attach-files"
        onChange={(event) => {
          take([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = ""; // the same file can be picked again
        }}
      />
    </>
  );
}

/** Which key sends, as a button that changes it, and what else the keys do. */
function Hint({ running, stopAsked }: { running: boolean; stopAsked: boolean }): JSX.Element {
  const sendWith = useStore(preferences, (state) => state.sendWith);
  return (
    <>
      <button
        type="button"
        class="jcw-send-with"
        data-jcw="send-with"
        title={strings.sendWithTitle[sendWith]}
        onClick={() => prefer({ sendWith: sendWith === "enter" ? "mod+enter" : "enter" })}
      >
        {(isMac ? strings.sendWithMac : strings.sendWith)[sendWith]}
      </button>
      <span class="jcw-dim jcw-hint" data-jcw="hint" data-urgent={stopAsked}>
        {stopAsked ? strings.stopAgain : running ? strings.busyHint : strings.newLine[sendWith]}
      </span>
      <span class="jcw-hidden" role="status">
        {stopAsked && strings.stopAgain}
      </span>
    </>
  );
}
