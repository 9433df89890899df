import { Rest } from "./rest";
import { serverAt } from "./server";
import { Channel } from "./socket/channel";
import type { Switcher } from "./view/conversations/switcher";
import { mountPanel } from "./view/mount";
import "./page.css";

const SESSION = "session"; // as in the addresses that the server gives out

interface PageConfig {
  base_url: string;
  session_id: string;
  token?: string;
}

const config = JSON.parse(document.getElementById("jcw-config")?.textContent ?? "null") as PageConfig | null;
const main = document.body.appendChild(document.createElement("main"));
const heading = main.appendChild(document.createElement("h1")); // what the page is, for who moves by headings
heading.className = "jcw-hidden";
heading.textContent = document.title;
const root = main.appendChild(document.createElement("div"));
root.className = "jcw-page";

if (config !== null) {
  const rest = new Rest(serverAt(config.base_url, config.token ?? "", location.href));
  const open = () => Promise.resolve(shownIn(location.href) ?? config.session_id);
  const dispose = mountPanel(root, { connect: (events) => new Channel({ rest, open }, events), rest, fill: true, switcher: inAddress() });
  addEventListener("pagehide", (event) => event.persisted || dispose());
}

/** The page's address names the conversation, so that reloading keeps it and the back button leads to the one before. */
function inAddress(): Switcher {
  let shown = shownIn(location.href);
  let look = () => {};
  return {
    show(session) {
      const address = new URL(location.href);
      address.searchParams.set(SESSION, session);
      history.pushState(null, "", address);
      look();
    },
    follow(changed) {
      look = () => {
        const wanted = shownIn(location.href);
        if (wanted !== shown) {
          shown = wanted;
          changed();
        }
      };
      const back = () => look();
      addEventListener("popstate", back);
      return () => removeEventListener("popstate", back);
    },
  };
}

function shownIn(address: string): string | null {
  return new URL(address).searchParams.get(SESSION);
}
