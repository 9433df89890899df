import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { Token } from "@lumino/coreutils";
import { type Preferences, prefer, preferences } from "../preferences";
import { Store } from "../state/store";

const ID = "jupyter-claude-workspace:settings";

/** What a person set in the settings editor; schema/settings.json says what it means and what it is by default. */
export interface Settings {
  readonly sendWith: Preferences["sendWith"];
  readonly follow: boolean;
  readonly openAtStart: boolean;
  readonly notifications: boolean;
  readonly fixButton: boolean;
}

const DEFAULTS: Settings = { sendWith: "enter", follow: true, openAtStart: false, notifications: true, fixButton: true };

/** The person's settings, and later changes of them. */
export const IWorkspaceSettings = new Token<Store<Settings>>(
  "jupyter-claude-workspace:IWorkspaceSettings",
  "The settings of Claude in this JupyterLab, and later changes of them.",
);

/** Reads the settings, and keeps the panel's own preferences in step with them. Without a registry the defaults hold. */
export const settings: JupyterFrontEndPlugin<Store<Settings>> = {
  id: ID,
  description: "The settings of Claude in JupyterLab.",
  autoStart: true,
  optional: [ISettingRegistry],
  provides: IWorkspaceSettings,
  activate: (_app, registry: ISettingRegistry | null) => {
    const store = new Store(DEFAULTS);
    if (registry !== null) {
      void registry.load(ID).then(
        (found) => keepInStep(store, found),
        () => {}, // a server that does not know the schema: the defaults hold
      );
    }
    return store;
  },
};

function keepInStep(store: Store<Settings>, found: ISettingRegistry.ISettings): void {
  const read = () => {
    store.update(() => ({ ...DEFAULTS, ...(found.composite as Partial<Settings>) }));
    // Only what was set: a browser may prefer something else than the default since before.
    const { sendWith } = found.user as Partial<Settings>;
    if (sendWith !== undefined && sendWith !== preferences.state.sendWith) {
      prefer({ sendWith });
    }
  };
  read();
  found.changed.connect(read);
  preferences.subscribe(() => {
    const { sendWith } = preferences.state;
    if (sendWith !== (found.composite as Partial<Settings>).sendWith) {
      found.set("sendWith", sendWith).catch(() => {}); // it holds in this browser all the same
    }
  });
}
