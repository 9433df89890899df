import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Prompt } from "../protocol/frames.gen";
import { Beginning } from "./beginning";
import { FindBar } from "./find/bar";
import { useSelect, useSession } from "./hooks";
import { Icon } from "./icons";
import { strings } from "./strings";
import { PromptBubble } from "./prompt-bubble";
import { useReading, useValue } from "./reading";
import { Turns } from "./scroll/turns";
import type { Viewport } from "./scroll/viewport";

/** The turns, what is being sent, and the way back to the end. */
export function Conversation(): JSX.Element {
  const { viewport } = useReading();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => viewport.attach(scroller.current as HTMLDivElement, content.current as HTMLDivElement), [viewport]);
  useToEndWhenSent();
  const turns = useSelect((state) => state.path.length);
  return (
    <div class="jcw-conversation">
      <FindBar />
      <div
        class="jcw-viewport"
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={strings.conversation}
        tabIndex={0}
        data-jcw="viewport"
        data-turns={turns}
        onKeyDown={(event) => pressed(event, viewport)}
      >
        <div class="jcw-content" ref={content}>
          <Empty />
          <Turns />
          <OutgoingPrompts />
        </div>
      </div>
      <Jump />
    </div>
  );
}

function Jump(): JSX.Element | null {
  const { viewport } = useReading();
  const atEnd = useValue((reader) => viewport.subscribe(reader), () => viewport.atEnd);
  return atEnd ? null : (
    <button type="button" class="jcw-jump" data-jcw="jump" title={strings.jump} aria-label={strings.jump} onClick={() => viewport.toEnd()}>
      <Icon name="arrowDown" />
    </button>
  );
}

/** Whoever sends a prompt wants to see what comes of it. */
function useToEndWhenSent(): void {
  const { viewport } = useReading();
  const count = useSelect((state) => state.outgoing.filter(({ frame }) => frame.type === "prompt").length);
  const before = useRef(count);
  useEffect(() => {
    if (count > before.current) {
      viewport.toEnd();
    }
    before.current = count;
  }, [count, viewport]);
}

/** The browser's own Home and End go to where the ends were when it set out: what is drawn on the way moves them. */
function pressed(event: KeyboardEvent, viewport: Viewport): void {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (plain && event.target === event.currentTarget && (event.key === "Home" || event.key === "End")) {
    event.preventDefault();
    if (event.key === "Home") {
      viewport.toStart();
    } else {
      viewport.toEnd();
    }
  }
}

function Empty(): JSX.Element | null {
  const empty = useSelect((state) => state.path.length === 0 && state.outgoing.length === 0);
  const welcomed = useSelect((state) => state.welcomed);
  const closed = useSelect((state) => state.link.kind === "closed");
  if (!empty || closed) {
    return null;
  }
  return (
    <div class="jcw-empty">
      <Icon name="spark" />
      {welcomed ? <Beginning /> : <div class="jcw-dim">{strings.welcomeWait}</div>}
    </div>
  );
}

function OutgoingPrompts(): JSX.Element {
  const outgoing = useSelect((state) => state.outgoing);
  const connected = useSelect((state) => state.link.kind === "open");
  const session = useSession();
  const prompts = outgoing.filter(({ frame }) => frame.type === "prompt");
  return (
    <>
      {prompts.map(({ frame, problem }) => {
        const prompt = frame as Prompt;
        const again = () => {
          session.forget(prompt.id ?? "");
          session.prompt(prompt.text, prompt.attachments, prompt.mentions);
        };
        return (
          <div key={prompt.prompt} class="jcw-turn jcw-outgoing" data-jcw="outgoing">
            <PromptBubble text={prompt.text} attachments={prompt.attachments ?? []} mentions={prompt.mentions ?? []} />
            {problem === null && <div class="jcw-outgoing-state">{connected ? strings.sending : strings.keptOffline}</div>}
            {problem !== null && (
              <div class="jcw-ending" data-why="failed" role="alert">
                <Icon name="alert" />
                <div class="jcw-ending-text">
                  <div>{problem.text}</div>
                  {problem.remedy && <div class="jcw-dim">{problem.remedy}</div>}
                </div>
                <button type="button" class="jcw-button" data-jcw="send-again" onClick={again}>
                  {strings.sendAgain}
                </button>
                <button type="button" class="jcw-button" onClick={() => session.forget(prompt.id ?? "")}>
                  {strings.dismiss}
                </button>
              </div>
            )}
          </div>
        );
      })}
    </>
  );
}
