import { h, render } from "preact";
import { Address } from "./page/address";
import { Bar } from "./page/bar";
import { Chooser } from "./page/chooser";
import { keepInSight } from "./page/room";
import { Tab } from "./page/tab";
import { Rest } from "./rest";
import { serverAt } from "./server";
import type { Session } from "./session";
import { Channel } from "./socket/channel";
import type { Connect } from "./socket/transport";
import type { Conversation } from "./state/conversation";
import { mountPanel } from "./view/mount";
import "./page.css";

interface PageConfig {
  base_url: string;
  /** Null where the address names none, or one that is not there. */
  session_id: string | null;
  notebook?: string;
  notebooks_url?: string | null;
  token?: string;
}

const config = JSON.parse(document.getElementById("jcw-config")?.textContent ?? "null") as PageConfig | null;
const page = document.body.appendChild(document.createElement("div"));
page.className = "jcw-page";
keepInSight(page);

if (config !== null) {
  const rest = new Rest(serverAt(config.base_url, config.token ?? "", location.href));
  if (config.session_id === null) {
    choose(rest, config);
  } else {
    converse(rest, config, config.session_id);
  }
}

/** The page of a conversation. */
function converse(rest: Rest, { notebook = "", notebooks_url: notebooks = null }: PageConfig, session: string): void {
  const address = new Address();
  const bar = page.appendChild(document.createElement("div"));
  const main = page.appendChild(document.createElement("main"));
  const heading = main.appendChild(document.createElement("h1")); // what the page is, for who moves by headings
  heading.className = "jcw-hidden";
  const root = main.appendChild(document.createElement("div"));
  root.className = "jcw-page-panel";
  const tab = new Tab(heading);
  let shown = "";
  const name = (path: string) => {
    if (path && path !== shown) {
      shown = path;
      address.notebook = path;
      render(h(Bar, { notebook: path, notebooks }), bar);
    }
  };
  let unwatch = () => {};
  const onSession = ({ store }: Session) => {
    const watch = () => {
      tab.show(store.state);
      name(store.state.notebook);
      if (neverThere(store.state)) {
        location.reload(); // the server says what there is instead
      }
    };
    unwatch();
    unwatch = store.subscribe(watch);
  };
  name(notebook);
  const open = () => Promise.resolve(address.session ?? session);
  const connect: Connect = (events) => new Channel({ rest, open }, events);
  const dispose = mountPanel(root, { connect, rest, fill: true, switcher: address, onSession });
  addEventListener("pagehide", (event) => event.persisted || dispose());
}

/** The page without a conversation. */
function choose(rest: Rest, { notebooks_url: notebooks = null }: PageConfig): void {
  const address = new Address();
  const main = page.appendChild(document.createElement("main"));
  render(h(Chooser, { rest, gone: Boolean(address.session), notebook: address.notebook, notebooks }), main);
}

/** The back button, say, led to a conversation that was deleted meanwhile: there is nothing of it to keep on the screen. */
function neverThere({ link, welcomed }: Conversation): boolean {
  return link.kind === "closed" && link.problem.code === "session_unknown" && !welcomed;
}
