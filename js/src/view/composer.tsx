import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Prompt } from "../protocol/frames.gen";
import { preferences } from "../preferences";
import { roomBeside } from "../session";
import { attachmentsOf } from "./composer/attach";
import { Attachments } from "./composer/attachments";
import { useCompletion } from "./composer/completion";
import { DropTarget } from "./composer/drop";
import { useHistory } from "./composer/history";
import { composes, sends } from "./composer/keys";
import { ownCommand, useOwnCommands } from "./composer/own-commands";
import { ComposerRow } from "./composer/row";
import { useSelect, useSession, useStore } from "./hooks";
import { Icon } from "./icons";
import { MentionsSlot } from "./notebook/mentions-slot";
import { composerStrings as strings } from "./strings/composer";

const HIGHEST_PX = 200;
const AGAIN_MS = 2000;

/** Where the person writes. While Claude works, what is sent waits in the queue, or goes into the turn that runs. */
export function Composer(): JSX.Element {
  const session = useSession();
  const running = useSelect((state) => state.state === "running" || state.state === "waiting");
  const text = useStore(session.draft.store, (state) => state.text);
  const area = useRef<HTMLTextAreaElement>(null);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [preparing, setPreparing] = useState(0);
  const own = useOwnCommands();
  const completion = useCompletion(area);
  const history = useHistory(area);
  const stop = useStopKey(running);
  useLayoutEffect(() => {
    if (area.current) {
      grow(area.current, text);
    }
  }, [text]);

  const send = (when: Prompt["when"]) => {
    const writing = session.draft.store.state;
    const written = writing.text.trim();
    const along = writing.attachments.length + writing.mentions.length;
    area.current?.focus();
    if (!written && along === 0) {
      return;
    }
    const refuse = (problem: string) => setProblems([problem]);
    const command = along === 0 ? ownCommand(own, written) : null;
    if (command !== null) {
      command().then(
        () => session.draft.clear(),
        (error: Error) => refuse(error.message),
      );
      return;
    }
    const mentions = session.draft.mentioned;
    if (preparing > 0 || roomBeside(written, writing.attachments, mentions) < 0) {
      refuse(preparing > 0 ? strings.preparing : strings.noRoomAtAll);
      return;
    }
    session.prompt(written, [...writing.attachments], mentions, running ? when : "queue");
    session.draft.clear();
    completion.left();
    setProblems([]);
  };
  const take = async (files: File[]) => {
    area.current?.focus();
    setPreparing((count) => count + 1);
    const { text: beside, attachments: there } = session.draft.store.state;
    const made = await attachmentsOf(files, beside, there);
    session.draft.attach(made.attachments);
    setProblems(made.problems);
    setPreparing((count) => count - 1);
  };
  const pressed = (event: KeyboardEvent) => {
    if (composes(event) || completion.pressed(event)) {
      return;
    }
    const when = sends(event, preferences.state.sendWith);
    if (when !== null) {
      event.preventDefault();
      send(when);
      return;
    }
    history(event);
    stop.pressed(event);
  };
  return (
    <div class="jcw-composer">
      {completion.list}
      <MentionsSlot piece="mentions" />
      <Attachments preparing={preparing > 0} />
      <textarea
        {...completion.aria}
        ref={area}
        class="jcw-textarea"
        data-jcw="composer"
        rows={1}
        dir="auto"
        aria-label={strings.field}
        placeholder={running ? strings.placeholderBusy : strings.placeholder}
        value={text}
        onInput={(event) => {
          session.draft.write(event.currentTarget.value);
          completion.moved();
          setProblems([]);
        }}
        onKeyDown={pressed}
        onKeyUp={completion.moved}
        onClick={completion.moved}
        onBlur={completion.left}
        onPaste={(event) => {
          const files = pastedFiles(event);
          if (files.length > 0) {
            event.preventDefault();
            void take(files);
          }
        }}
      />
      <Problems problems={problems} dismiss={() => setProblems([])} />
      <ComposerRow running={running} stopAsked={stop.asked} send={send} take={take} />
      <DropTarget inside={area} take={take} />
    </div>
  );
}

/** Escape stops Claude when it is pressed twice: once is a habit in a notebook, and a turn may have taken long. */
function useStopKey(running: boolean): { asked: boolean; pressed(event: KeyboardEvent): void } {
  const session = useSession();
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    const timer = asked ? setTimeout(() => setAsked(false), AGAIN_MS) : undefined;
    return () => clearTimeout(timer);
  }, [asked]);
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !running) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (asked) {
      session.interrupt();
    }
    setAsked(!asked);
  };
  return { asked: asked && running, pressed };
}

function Problems({ problems, dismiss }: { problems: readonly string[]; dismiss(): void }): JSX.Element | null {
  if (problems.length === 0) {
    return null;
  }
  return (
    <div class="jcw-problems" data-jcw="problems" role="alert">
      <div>
        {problems.map((problem) => (
          <div key={problem}>{problem}</div>
        ))}
      </div>
      <button type="button" class="jcw-plain" aria-label={strings.dismiss} title={strings.dismiss} onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Files of the clipboard. Cells of a spreadsheet come as text and as their picture: there the text is meant. */
function pastedFiles(event: ClipboardEvent): File[] {
  const data = event.clipboardData;
  const textMeant = data?.types.includes("text/plain") && data.types.includes("text/html");
  return data && !textMeant ? [...data.files] : [];
}

function grow(area: HTMLTextAreaElement, text: string): void {
  area.style.height = "auto";
  if (text) {
    area.style.height = `${Math.min(HIGHEST_PX, area.scrollHeight)}px`;
  }
}
