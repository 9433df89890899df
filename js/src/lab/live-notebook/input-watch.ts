import { CodeCell } from "@jupyterlab/cells";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel, KernelMessage, Session } from "@jupyterlab/services";

/** Called when code of a cell asks the person for input, and with null when it does so no more. */
type Waiting = (path: string, cell: string, prompt: string | null) => void;

/** Watches the open notebooks for code that waits for input: only the page that sent the code is asked. */
export class InputWatch {
  readonly #waiting: Waiting;

  constructor(tracker: INotebookTracker, waiting: Waiting) {
    this.#waiting = waiting;
    tracker.forEach((panel) => void this.#follow(panel));
    tracker.widgetAdded.connect((_, panel) => this.#follow(panel));
  }

  #follow(panel: NotebookPanel): void {
    const { sessionContext } = panel;
    let asking = "";
    const end = () => {
      if (asking !== "") {
        this.#waiting(panel.context.localPath, asking, null);
        asking = "";
      }
    };
    const read = (_: unknown, { msg }: Kernel.IAnyMessageArgs) => {
      if (msg.header.msg_type === "input_request") {
        asking = askedBy(panel, (msg.parent_header as KernelMessage.IHeader).msg_id);
        const { prompt } = msg.content as KernelMessage.IInputRequestMsg["content"];
        this.#waiting(panel.context.localPath, asking, prompt);
      }
    };
    const settle = (_: unknown, pending: boolean) => pending || end();
    const listen = (session: Session.ISessionConnection | null) => {
      session?.anyMessage.connect(read);
      session?.pendingInput.connect(settle);
    };
    listen(sessionContext.session);
    sessionContext.sessionChanged.connect((_, { newValue }) => listen(newValue)); // the old one is disposed of
    sessionContext.statusChanged.connect((_, status) => status === "busy" || status === "idle" || end()); // restarted, dead, …
    panel.disposed.connect(end);
  }
}

/** The cell whose code this was; empty where it was none of the notebook's. */
function askedBy({ content }: NotebookPanel, msgId: string): string {
  const cell = content.widgets.find((each) => each instanceof CodeCell && each.outputArea.future?.msg.header.msg_id === msgId);
  return cell?.model.sharedModel.getId() ?? "";
}
