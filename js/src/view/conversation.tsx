import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Prompt } from "../protocol/frames.gen";
import { useFollow } from "./follow";
import { useSelect, useSession } from "./hooks";
import { Icon } from "./icons";
import { memo } from "./memo";
import { strings } from "./strings";
import { PromptBubble } from "./prompt-bubble";
import { TurnView } from "./turn";

/** The turns, what is being sent, and the way back to the end. */
export function Conversation(): JSX.Element {
  const { viewport, content, atEnd, toEnd } = useFollow();
  const sentCount = useSelect((state) => state.outgoing.filter(({ frame }) => frame.type === "prompt").length);
  const before = useRef(sentCount);
  useEffect(() => {
    if (sentCount > before.current) {
      toEnd(); // whoever sends a prompt wants to see what comes of it
    }
    before.current = sentCount;
  }, [sentCount, toEnd]);
  return (
    <div class="jcw-conversation">
      <div class="jcw-viewport" ref={viewport} role="log" aria-live="off" aria-label={strings.conversation} tabIndex={0}>
        <div class="jcw-content" ref={content}>
          <Empty />
          <Turns />
          <OutgoingPrompts />
        </div>
      </div>
      {!atEnd && (
        <button type="button" class="jcw-jump" data-jcw="jump" title={strings.jump} aria-label={strings.jump} onClick={toEnd}>
          <Icon name="arrowDown" />
        </button>
      )}
    </div>
  );
}

const Turns = memo((): JSX.Element => {
  const { store } = useSession();
  const path = useSelect((state) => state.path);
  return (
    <>
      {path.map((index) => (
        <TurnView key={store.state.turns[index]?.id} index={index} />
      ))}
    </>
  );
});

function Empty(): JSX.Element | null {
  const empty = useSelect((state) => state.path.length === 0 && state.outgoing.length === 0);
  const welcomed = useSelect((state) => state.welcomed);
  const closed = useSelect((state) => state.link.kind === "closed");
  const notebook = useSelect((state) => state.notebook);
  const demo = useSelect((state) => state.demo);
  if (!empty || closed) {
    return null;
  }
  return (
    <div class="jcw-empty">
      <Icon name="spark" />
      {welcomed ? (
        <>
          <div class="jcw-empty-title">{strings.emptyTitle}</div>
          <div class="jcw-dim">{strings.emptyText(notebook)}</div>
          {demo && <Examples />}
        </>
      ) : (
        <div class="jcw-dim">{strings.welcomeWait}</div>
      )}
    </div>
  );
}

/** Prompts that the demo model has an answer to. */
function Examples(): JSX.Element {
  const session = useSession();
  return (
    <div class="jcw-examples" data-jcw="examples">
      {strings.demoExamples.map((text) => (
        <button key={text} type="button" class="jcw-button" onClick={() => session.prompt(text)}>
          {text}
        </button>
      ))}
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
          session.prompt(prompt.text, prompt.attachments);
        };
        return (
          <div key={prompt.prompt} class="jcw-turn jcw-outgoing" data-jcw="outgoing">
            <PromptBubble text={prompt.text} attachments={prompt.attachments ?? []} />
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
