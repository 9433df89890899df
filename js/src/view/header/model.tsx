import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Effort } from "../../rest";
import { useSelect, useSession } from "../hooks";
import { knowing } from "../strings/knowing";
import { type Choice, Menu } from "./menu";
import { useOffers } from "./offers";
import { Popup } from "./popup";

const MODEL = "[A-Za-z0-9][A-Za-z0-9._:\\/@\\[\\]\\-]*"; // as the protocol has it
const DEFAULT = "default"; // Claude Code lists its own default under this name

/** Which model answers. */
export function ModelPicker(): JSX.Element {
  const model = useSelect((state) => state.settings?.model ?? null);
  const demo = useSelect((state) => state.demo);
  const later = useLater(model);
  const name = demo ? knowing.modelDemo : (model ?? knowing.modelDefault);
  const short = demo ? knowing.modelDemoShort : (model ?? knowing.model);
  return (
    <Popup hook="model" label={`${knowing.model}: ${name}`} button={<Words words={name} short={short} later={later} />}>
      {(close) => <Models model={model} close={close} />}
    </Popup>
  );
}

function Models({ model, close }: { model: string | null; close: () => void }): JSX.Element {
  const session = useSession();
  const demo = useSelect((state) => state.demo);
  const offers = useOffers();
  const choose = (chosen: string | null) => {
    session.configure({ model: chosen });
    close();
  };
  const listed = offers.kind === "there" ? offers.value.models.filter(({ id }) => id !== DEFAULT) : [];
  const own = offers.kind === "there" ? offers.value.models.find(({ id }) => id === DEFAULT) : undefined;
  const choices: Choice<string | null>[] = [
    { id: null, label: knowing.modelDefault, about: own?.description || knowing.modelDefaultAbout },
    ...listed.map(({ id, label, description }) => ({ id, label: label || id, about: description })),
  ];
  if (model !== null && !listed.some(({ id }) => id === model)) {
    choices.push({ id: model, label: model });
  }
  return (
    <>
      {demo && <p class="jcw-popup-note">{knowing.modelDemoNote}</p>}
      <Menu label={knowing.model} choices={choices} chosen={model} onChoose={choose} />
      {offers.kind !== "there" && <p class="jcw-popup-note">{offers.kind === "loading" ? knowing.loading : knowing.offersFailed}</p>}
      <OtherModel onChoose={choose} />
      <LaterNote />
    </>
  );
}

function OtherModel({ onChoose }: { onChoose: (model: string) => void }): JSX.Element {
  const [name, setName] = useState("");
  const use = (event: Event) => {
    event.preventDefault();
    onChoose(name.trim());
  };
  return (
    <form class="jcw-popup-form" onSubmit={use}>
      <input
        class="jcw-line-input"
        data-jcw="model-other"
        pattern={MODEL}
        maxLength={200}
        required
        spellcheck={false}
        autocomplete="off"
        aria-label={knowing.modelOther}
        placeholder={knowing.modelOther}
        title={knowing.modelNote}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="jcw-button" disabled={!name.trim()}>
        {knowing.modelUse}
      </button>
    </form>
  );
}

/** How hard it thinks. */
export function EffortPicker(): JSX.Element {
  const session = useSession();
  const effort = useSelect((state) => state.settings?.effort ?? null);
  const later = useLater(effort);
  const name = effort === null ? knowing.effortDefault : knowing.effortIs(knowing.efforts[effort]);
  // "Default effort" beside "Default model" would be four words that say nothing.
  const [words, short] = effort === null ? [knowing.effort, knowing.effort] : [name, knowing.efforts[effort]];
  return (
    <Popup hook="effort" label={`${knowing.effort}: ${name}`} button={<Words words={words} short={short} later={later} />}>
      {(close) => (
        <Efforts
          effort={effort}
          onChoose={(chosen) => {
            session.configure({ effort: chosen });
            close();
          }}
        />
      )}
    </Popup>
  );
}

function Efforts({ effort, onChoose }: { effort: Effort | null; onChoose: (effort: Effort | null) => void }): JSX.Element {
  const offers = useOffers();
  const listed = offers.kind === "there" ? offers.value.efforts : effort === null ? [] : [effort];
  const choices: Choice<Effort | null>[] = [
    { id: null, label: knowing.effortDefault, about: knowing.modelDefaultAbout },
    ...listed.map((id) => ({ id, label: knowing.efforts[id] })),
  ];
  return (
    <>
      <Menu label={knowing.effort} choices={choices} chosen={effort} onChoose={onChoose} />
      {offers.kind !== "there" && <p class="jcw-popup-note">{offers.kind === "loading" ? knowing.loading : knowing.offersFailed}</p>}
      <LaterNote />
    </>
  );
}

/** What a picker's button says; `short` in a narrow panel. */
function Words({ words, short, later }: { words: string; short: string; later: boolean }): JSX.Element {
  return (
    <>
      <span class={`jcw-opener-words ${words === short ? "" : "jcw-wide"}`}>{words}</span>
      {words !== short && <span class="jcw-opener-words jcw-narrow">{short}</span>}
      {later && <span class="jcw-later">{knowing.nextTurn}</span>}
    </>
  );
}

function LaterNote(): JSX.Element | null {
  return useBusy() ? <p class="jcw-popup-note">{knowing.nextTurnNote}</p> : null;
}

/** Whether what is chosen holds only from the next turn, because the one that runs began with another value. */
function useLater(value: string | null): boolean {
  const busy = useBusy();
  const used = useRef(value);
  if (!busy) {
    used.current = value;
  }
  return busy && used.current !== value;
}

function useBusy(): boolean {
  return useSelect((state) => state.state === "running" || state.state === "waiting");
}
