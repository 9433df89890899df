import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Mode } from "../../rest";
import { useArmed, useSelect, useSession } from "../hooks";
import { Icon, type IconName } from "../icons";
import { knowing } from "../strings/knowing";
import { type Choice, Menu } from "./menu";
import { useOffers } from "./offers";
import { Popup } from "./popup";

const ICONS: Record<Mode, IconName> = { default: "shield", acceptEdits: "edit", plan: "list", bypassPermissions: "alert" };
const SAFE: readonly Mode[] = ["default", "acceptEdits", "plan"];

/** How much Claude may do without asking. */
export function ModePicker(): JSX.Element {
  const session = useSession();
  const mode = useSelect((state) => state.settings?.mode ?? "default");
  const row = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const panel = row.current?.closest<HTMLElement>("[data-jcw=panel]");
    return panel ? onShiftTab(panel, () => {
      const { settings } = session.store.state;
      return settings !== null && session.configure({ mode: following(settings.mode) });
    }) : undefined;
  }, [session]);
  const { label, about } = knowing.modes[mode];
  return (
    <span ref={row}>
      <Popup
        hook="mode"
        label={knowing.modeIs(label)}
        title={`${knowing.modeIs(label)}. ${about} ${knowing.modeKeys}`}
        fact={mode}
        button={
          <>
            <Icon name={ICONS[mode]} />
            <span class="jcw-opener-words">{label}</span>
          </>
        }
      >
        {(close) => <Modes mode={mode} close={close} />}
      </Popup>
      <span class="jcw-hidden" role="status">
        {knowing.modeIs(label)}
      </span>
    </span>
  );
}

function Modes({ mode, close }: { mode: Mode; close: () => void }): JSX.Element {
  const session = useSession();
  const offers = useOffers();
  const [arming, setArming] = useState(false);
  const offered = offers.kind === "there" && offers.value.modes.includes("bypassPermissions");
  const modes: readonly Mode[] = offered || mode === "bypassPermissions" ? [...SAFE, "bypassPermissions"] : SAFE;
  const choose = (chosen: Mode) => {
    if (chosen === "bypassPermissions" && mode !== chosen) {
      setArming(true);
      return;
    }
    session.configure({ mode: chosen });
    close();
  };
  if (arming) {
    return <Bypass close={close} />;
  }
  const choices = modes.map((id): Choice<Mode> => ({ id, ...knowing.modes[id], danger: id === "bypassPermissions" }));
  return <Menu label={knowing.mode} choices={choices} chosen={mode} onChoose={choose} />;
}

/** The second act before nothing is asked any more. */
function Bypass({ close }: { close: () => void }): JSX.Element {
  const session = useSession();
  const armed = useArmed("bypass");
  const allow = () => {
    if (armed()) {
      session.configure({ mode: "bypassPermissions" });
      close();
    }
  };
  return (
    <div class="jcw-bypass" data-jcw="bypass" role="alert">
      <strong>{knowing.bypassTitle}</strong>
      <p>{knowing.bypassText}</p>
      <div class="jcw-acts">
        <button type="button" class="jcw-button" ref={(button) => button?.focus()} onClick={close}>
          {knowing.bypassNot}
        </button>
        <button type="button" class="jcw-button jcw-danger" data-jcw="bypass-do" onClick={allow}>
          {knowing.bypassDo}
        </button>
      </div>
    </div>
  );
}

/** The next of the modes that ask; from any other, back to asking. */
function following(mode: Mode): Mode {
  return SAFE[(SAFE.indexOf(mode) + 1) % SAFE.length] as Mode;
}

/**
 * Shift+Tab in the composer, as in Claude Code; returns how to stop it.
 *
 * After Escape the key moves the focus as everywhere else, so that the keyboard can leave the composer backwards.
 */
function onShiftTab(panel: HTMLElement, done: () => void): () => void {
  let leaving = false;
  const pressed = (event: KeyboardEvent) => {
    const composing = event.target instanceof HTMLElement && event.target.dataset["jcw"] === "composer";
    if (!composing || event.key === "Shift") {
      return;
    }
    if (event.key === "Tab" && event.shiftKey && !leaving && !event.defaultPrevented) {
      event.preventDefault();
      done();
    }
    leaving = event.key === "Escape";
  };
  panel.addEventListener("keydown", pressed);
  return () => panel.removeEventListener("keydown", pressed);
}
