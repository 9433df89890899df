import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Notice, Problem } from "../protocol/frames.gen";
import { isGone } from "../socket/transport";
import { useBegin } from "./conversations/new";
import { toComposer, toConversations } from "./focus";
import { useNow, useSelect, useSession } from "./hooks";
import { useLate } from "./header/condition";
import { Icon } from "./icons";
import { PastSlot } from "./notebook/past-slot";
import { strings } from "./strings";
import { agents } from "./strings/agents-brief";
import { conversations } from "./strings/conversations";
import { knowing } from "./strings/knowing";
import { elapsed } from "./time";

const ICONS = { info: "info", warning: "alert", error: "alert" } as const;

/** The weather: what a person should know that is not part of the conversation. */
export function Notices(): JSX.Element {
  const notices = useSelect((state) => state.notices);
  return (
    <div class="jcw-notices">
      <LinkNotice />
      <FailedNotice />
      {notices.map((notice) => (
        <NoticeLine key={notice.code} notice={notice} />
      ))}
    </div>
  );
}

function NoticeLine({ notice }: { notice: Notice }): JSX.Element {
  const session = useSession();
  const unknown = notice.code === "unknown_frame";
  const text = unknown ? strings.unknownFrame(notice.text) : notice.text;
  const remedy = unknown ? strings.unknownFrameRemedy : notice.remedy;
  return (
    <Line level={notice.level} code={notice.code} text={text} remedy={remedy}>
      {notice.retry_in_ms != null && <Countdown notice={notice} />}
      {notice.code === "silent" && (
        <>
          <button type="button" class="jcw-link" onClick={() => session.interrupt()}>
            {strings.stop}
          </button>
          <button type="button" class="jcw-link" onClick={() => session.restart()}>
            {strings.restart}
          </button>
        </>
      )}
      {notice.code === "agent_changed" && <AgentChoices />}
      {notice.snapshot != null && <PastSlot piece="lost" of={`${notice.snapshot}`} />}
      <button type="button" class="jcw-plain" aria-label={strings.dismiss} title={strings.dismiss} onClick={() => session.dismiss(notice.code)}>
        <Icon name="close" />
      </button>
    </Line>
  );
}

/** What to do about an agent whose file is another one, or gone. */
function AgentChoices(): JSX.Element | false {
  const session = useSession();
  const agent = useSelect((state) => state.settings?.agent ?? null);
  return (
    agent !== null && (
      <>
        <button type="button" class="jcw-link" data-jcw="reload-agent" onClick={() => session.configure({ agent })}>
          {agents.reload}
        </button>
        <button type="button" class="jcw-link" data-jcw="without-agent" onClick={() => session.configure({ agent: null })}>
          {agents.without}
        </button>
      </>
    )
  );
}

/** Counts the seconds to when the notice expects it to go on, and stops there. */
function Countdown({ notice }: { notice: Notice }): JSX.Element {
  const skew = useSelect((state) => state.skew);
  const until = notice.at + skew + (notice.retry_in_ms ?? 0);
  const left = until - useNowUntil(until);
  const attempt = notice.attempt ? ` · ${strings.attempt(notice.attempt, notice.max_attempts)}` : "";
  return (
    <span class="jcw-dim jcw-countdown" data-jcw="countdown">
      {notice.code === "rate_limit" ? knowing.resets(elapsed(left)) : strings.retrying(Math.max(0, Math.ceil(left / 1000)))}
      {attempt}
    </span>
  );
}

/** The time in milliseconds, renewed every second until `end`. */
function useNowUntil(end: number): number {
  const [over, setOver] = useState(false);
  const now = useNow(!over);
  useEffect(() => setOver(now >= end), [now, end]);
  return now;
}

/** The connection, where it has been missing for more than a moment. */
function LinkNotice(): JSX.Element | null {
  const session = useSession();
  const link = useSelect((state) => state.link);
  const welcomed = useSelect((state) => state.welcomed);
  const late = useLate(link.kind === "lost" || link.kind === "opening");
  const now = useNow(link.kind === "lost");
  if (link.kind === "closed") {
    const signedOut = link.problem.code === "signed_out";
    const gone = isGone(link);
    const problem = inWords(link.problem, welcomed);
    return (
      <Line level="error" code={problem.code} text={problem.text} remedy={problem.remedy}>
        {gone && <WaysOn />}
        {!gone && (
          <button type="button" class="jcw-link" onClick={() => (signedOut ? location.reload() : session.reconnect())}>
            {signedOut ? strings.reload : strings.tryAgain}
          </button>
        )}
      </Line>
    );
  }
  if (link.kind === "open" || !late) {
    return null;
  }
  const seconds = link.kind === "lost" ? Math.max(0, Math.ceil((link.retryAt - now) / 1000)) : 0;
  return (
    <Line level="warning" code="reconnecting" text={welcomed ? strings.reconnecting : strings.connecting} remedy="">
      <span class="jcw-dim jcw-countdown">{strings.retrying(seconds)}</span>
      <button type="button" class="jcw-link" onClick={() => session.reconnect()}>
        {strings.tryAgain}
      </button>
    </Line>
  );
}

/** The ways on from a conversation that was deleted. */
function WaysOn(): JSX.Element | null {
  const begin = useBegin();
  const [failed, setFailed] = useState("");
  const listed = useSelect((state) => state.welcomed);
  return (
    begin && (
      <>
        <button
          type="button"
          class="jcw-link"
          data-jcw="begin-another"
          onClick={({ currentTarget }) =>
            void begin().then(
              () => toComposer(currentTarget),
              (error: Error) => setFailed(error.message),
            )
          }
        >
          {conversations.create}
        </button>
        {listed && (
          <button type="button" class="jcw-link" data-jcw="other-conversations" onClick={({ currentTarget }) => toConversations(currentTarget)}>
            {conversations.others}
          </button>
        )}
        {failed && (
          <span class="jcw-problem" role="alert">
            {failed}
          </span>
        )}
      </>
    )
  );
}

/** What closes a channel without words of the server, or with words for programs. */
function inWords(problem: Problem, welcomed: boolean): Problem {
  switch (problem.code) {
    case "signed_out":
      return { ...problem, text: strings.signedOut, remedy: strings.signedOutRemedy };
    case "session_unknown":
      return welcomed ? { ...problem, text: strings.sessionEnded, remedy: strings.sessionEndedRemedy } : problem;
    case "session_ended":
      return { ...problem, text: strings.sessionEnded, remedy: strings.sessionEndedRemedy };
    default:
      return problem;
  }
}

/** The process is gone and does not come back by itself. */
function FailedNotice(): JSX.Element | null {
  const session = useSession();
  const failed = useSelect((state) => state.state === "failed" && state.link.kind === "open");
  const problem = useSelect((state) => state.stateProblem);
  if (!failed) {
    return null;
  }
  return (
    <Line level="error" code={problem?.code ?? "failed"} text={problem?.text ?? strings.states.failed} remedy={problem?.remedy ?? ""}>
      <button type="button" class="jcw-link" data-jcw="restart" onClick={() => session.restart()}>
        {strings.restart}
      </button>
    </Line>
  );
}

interface LineProps {
  level: Notice["level"];
  code: string;
  text: string;
  remedy: string;
  children?: JSX.Element | (JSX.Element | boolean | null)[];
}

function Line({ level, code, text, remedy, children }: LineProps): JSX.Element {
  return (
    <div class="jcw-notice" data-jcw="notice" data-level={level} data-code={code}>
      <Icon name={ICONS[level]} />
      <div class="jcw-notice-text">
        <span>{text}</span>
        {remedy && <span class="jcw-dim">{remedy}</span>}
      </div>
      <div class="jcw-notice-acts">{children}</div>
    </div>
  );
}
