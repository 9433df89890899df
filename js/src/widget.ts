import type { RenderProps } from "@anywidget/types";
import type { Problem } from "./protocol/frames.gen";
import { type OpenRequest, Rest, RestError } from "./rest";
import { findServer } from "./server";
import { Channel } from "./socket/channel";
import { type Model, Shown, type Traits } from "./shown";
import type { Connect } from "./socket/transport";
import { mountPanel } from "./view/mount";
import { strings } from "./view/strings";

function render({ model, el }: RenderProps<Traits>): () => void {
  const server = findServer(document, location.href);
  const rest = server && new Rest(server);
  const shown = new Shown(model);
  return mountPanel(el, { connect: connect(shown, rest), rest, switcher: rest && shown });
}

function connect(shown: Shown, rest: Rest | null): Connect {
  if (rest === null) {
    return nowhere({ code: "no_server", text: strings.noServer, remedy: strings.noServerRemedy });
  }
  return (events) => new Channel({ rest, open: (signal) => open(shown, rest, signal) }, events);
}

/** The session to show. Checked first: the page may belong to another server than the kernel. */
async function open(shown: Shown, rest: Rest, signal: AbortSignal): Promise<string> {
  const { model } = shown;
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
  shown.opened(made.session_id);
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
