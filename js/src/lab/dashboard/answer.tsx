import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SessionResource } from "../../rest";
import { Session } from "../../session";
import { Channel } from "../../socket/channel";
import { RestContext, SessionContext, useSelect } from "../../view/hooks";
import { Spinner } from "../../view/icons";
import { Questions } from "../../view/question/questions";
import { ReadingContext, useNewReading } from "../../view/reading";
import { Visible } from "../../view/visible";
import { useAround } from "./around";

/** The open questions of a session, as its panel shows them. Connected to it for as long as they are shown. */
export function AnswerCard({ resource, close }: { resource: SessionResource; close(): void }): JSX.Element {
  const { rest } = useAround();
  const { session_id: id } = resource;
  const [session, setSession] = useState<Session | null>(null);
  useLayoutEffect(() => {
    const made = new Session((events) => new Channel({ rest, open: async () => id, wake: false }, events));
    setSession(made);
    return () => made.dispose();
  }, [rest, id]);
  const pressed = (event: KeyboardEvent) => {
    // The card's own Escape leads to a message field, which there is none of here.
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div class="jcw-dash-card" data-jcw="dash-card" onKeyDownCapture={pressed}>
      {session !== null && (
        <SessionContext.Provider value={session}>
          <RestContext.Provider value={rest}>
            <Card session={session} close={close} />
          </RestContext.Provider>
        </SessionContext.Provider>
      )}
    </div>
  );
}

function Card({ session, close }: { session: Session; close(): void }): JSX.Element {
  const { strings } = useAround();
  const reading = useNewReading(session.store);
  const root = useRef<HTMLDivElement>(null);
  const open = useSelect((state) => state.questions.length);
  const first = useSelect((state) => state.questions[0]?.question);
  const prompt = useSelect(({ questions, turns }) => turns.find(({ id }) => id === questions[0]?.turn)?.text ?? "");
  const link = useSelect((state) => state.link.kind);
  const welcomed = useSelect((state) => state.welcomed);
  const had = useRef(false);
  useEffect(() => {
    if (had.current && open === 0) {
      close(); // the last one is settled, here or elsewhere
    }
    had.current = open > 0;
  }, [open, close]);
  useLayoutEffect(() => {
    if (first !== undefined) {
      root.current?.querySelector<HTMLElement>("[data-jcw=question]:not([hidden])")?.focus({ preventScroll: true });
    }
  }, [first]);
  return (
    <ReadingContext.Provider value={reading}>
      <div ref={root}>
        {prompt && (
          <p class="jcw-dash-asked">
            {strings.asked} <Visible text={prompt} />
          </p>
        )}
        <Questions />
        {open === 0 && (
          <p class="jcw-dash-note" role="status">
            {welcomed ? strings.settled : link === "opening" ? strings.connecting : strings.notConnected}
            {!welcomed && link === "opening" && <Spinner />}
          </p>
        )}
      </div>
    </ReadingContext.Provider>
  );
}
