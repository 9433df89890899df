import type { RenderProps } from "@anywidget/types";
import type { Switcher } from "./view/conversations/switcher";

/** What the kernel says about the conversation that this widget shows. */
export interface Traits {
  kernel_id: string;
  notebook: string;
  /** Empty: the notebook's own session, found or made by this widget and written back. */
  session_id: string;
  new_session: boolean;
  /** Of the server that started the kernel; empty where the kernel does not know. */
  server_id: string;
}

export type Model = RenderProps<Traits>["model"];

/** Which session a view of the widget shows. All views of a widget show the one that its `session_id` names. */
export class Shown implements Switcher {
  #session: string;

  constructor(readonly model: Model) {
    this.#session = model.get("session_id");
  }

  /** This view has opened a session: the others follow. */
  opened(session: string): void {
    this.#session = session;
    this.show(session);
  }

  show(session: string): void {
    this.model.set("new_session", false);
    this.model.set("session_id", session);
    this.model.save_changes();
  }

  follow(changed: () => void): () => void {
    const look = () => {
      const wanted = this.model.get("session_id");
      if (wanted && wanted !== this.#session) {
        this.#session = wanted;
        changed();
      }
    };
    this.model.on("change:session_id", look);
    return () => this.model.off("change:session_id", look);
  }
}
