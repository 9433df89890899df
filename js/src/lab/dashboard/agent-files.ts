import type { ServiceManager } from "@jupyterlab/services";
import { Store } from "../../state/store";
import { onNews } from "../news";

const AGENT_FILE = /\.agent\.json$/;

/** Counts up whenever an agent file may be another one: one was written through this page, or an interview went on. */
export function filesOf(services: ServiceManager.IManager): Store<number> {
  const store = new Store(0);
  const count = () => store.update((now) => now + 1);
  services.contents.fileChanged.connect((_, { oldValue, newValue }) => {
    if (AGENT_FILE.test(oldValue?.path ?? "") || AGENT_FILE.test(newValue?.path ?? "")) {
      count();
    }
  });
  const { events } = services as Partial<ServiceManager.IManager>;
  if (events) {
    onNews(events, ({ context, state }) => (context === "agent-create" || state === "ready") && count());
  }
  return store;
}
