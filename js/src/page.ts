import { Rest } from "./rest";
import { serverAt } from "./server";
import { Channel } from "./socket/channel";
import { mountPanel } from "./view/mount";
import "./page.css";

interface PageConfig {
  base_url: string;
  session_id: string;
  token?: string;
}

const config = JSON.parse(document.getElementById("jcw-config")?.textContent ?? "null") as PageConfig | null;
const root = document.body.appendChild(document.createElement("main"));
root.className = "jcw-page";

if (config !== null) {
  const rest = new Rest(serverAt(config.base_url, config.token ?? "", location.href));
  const open = () => Promise.resolve(config.session_id);
  const dispose = mountPanel(root, { connect: (events) => new Channel({ rest, open }, events), rest, fill: true });
  addEventListener("pagehide", (event) => event.persisted || dispose());
}
