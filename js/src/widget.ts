import type { RenderProps } from "@anywidget/types";
import type { Problem } from "./protocol/frames.gen";
import { type OpenRequest, Rest, RestError } from "./rest";
import { findServer } from "./server";
import { Channel } from "./socket/channel";
import type { Connect } from "./socket/transport";
import { mountPanel } from "./view/mount";
import { strings } from "./view/strings";

/** What the kernel says about the conversation that this widget shows. */
interface Traits {
  kernel_id: string;
  notebook: string;
  /** Empty: the notebook's own session, found or made by this widget and written back. */
  session_id: string;
  new_session: boolean;
  /** Of the server that started the kernel; empty where the kernel does not know. */
  server_id: string;
}

type Model = RenderProps<Traits>["model"];

function render({ model, el }: RenderProps<Traits>): () => void {
  const server = findServer(document, location.href);
  const rest = server && new Rest(server);
  return mountPanel(el, { connect: connect(model, rest), rest });
}

function connect(model: Model, rest: Rest | null): Connect {
  if (rest === null) {
    return nowhere({ code: "no_server", text: strings.noServer, remedy: strings.noServerRemedy });
  }
  return (events) => new Channel({ rest, open: (signal) => open(model, rest, signal) }, events);
}

/** The session to show. Checked first: the page may belong to another server than the kernel. */
async function open(model: Model, rest: Rest, signal: AbortSignal): Promise<string> {
  const status = await rest.status(signal).catch((error: unknown) => {
    if (error instanceof RestError && error.status === 404) {
      throw refusal("no_extension", strings.noExtension, strings.noExtensionRemedy);
    }
    throw error;
  });
  const expected = model.get("server_id");
  if (expected && expected !== status.server_id) {
    throw refusal("other_server", strings.otherServer, strings.otherServerRemedy);
  }
  const known = model.get("session_id");
  if (known) {
    return known;
  }
  const made = await rest.openSession(requestOf(model), signal);
  model.set("session_id", made.session_id);
  model.set("new_session", false); // the second view of this widget shows the same session
  model.save_changes();
  return made.session_id;
}

function requestOf(model: Model): OpenRequest {
  const kernel = model.get("kernel_id");
  const request: OpenRequest = kernel ? { kernel } : { notebook: model.get("notebook") };
  return model.get("new_session") ? { ...request, new: true } : request;
}

function refusal(code: string, text: string, remedy: string): RestError {
  return new RestError(404, { code, text, remedy });
}

/** For a page from which no session can be reached: says so, and stays. */
function nowhere(problem: Problem): Connect {
  return (events) => {
    events.onLink({ kind: "closed", problem });
    return { send: () => false, retry: () => {}, dispose: () => {} };
  };
}

export default { render };
