import type { TranslationBundle } from "@jupyterlab/translation";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Rest } from "../../rest";
import type { Store } from "../../state/store";
import type { Alerts } from "./alerts";
import type { Roster } from "./roster";
import type { Strings } from "./strings";

/** What the dashboard needs of the application around it. */
export interface Surroundings {
  rest: Rest;
  roster: Roster;
  alerts: Alerts;
  trans: TranslationBundle;
  /** Path of the notebook in front; empty where there is none. */
  notebook: Store<string>;
  /** Goes up whenever an agent file may be another one. */
  files: Store<number>;
  /** Whether somebody sees the dashboard. */
  shown: Store<boolean>;
  openSession(session: string): void;
  /** Begin the conversation in which an agent is made; with a name, in which that one is changed. */
  newAgent(agent?: string): void;
  /** Show a file in an editor; its path is the server's. */
  openFile(path: string): void;
}

/** The same, for the parts of the dashboard. */
export interface Around extends Surroundings {
  strings: Strings;
}

export const AroundContext = createContext<Around | null>(null);

export function useAround(): Around {
  const around = useContext(AroundContext);
  if (around === null) {
    throw new Error("a part of the dashboard was mounted outside of it");
  }
  return around;
}
