import type { ServiceManager } from "@jupyterlab/services";
import { onNews } from "../news";
import type { Roster } from "./roster";

const POLL_MS = 30_000;

/**
 * Keeps the roster current: by Jupyter's event bus; by asking now and then while somebody looks, since memory and age are
 * no events; and by asking after a time in which events may have been missed.
 *
 * @param watched whether somebody looks at the list
 * @returns how to stop it
 */
export function keepCurrent(services: ServiceManager.IManager, roster: Roster, watched: () => boolean): () => void {
  const { events } = services as Partial<ServiceManager.IManager>; // JupyterLab before 4 has no event bus
  const lost = () => roster.lost();
  const back = () => {
    if (document.visibilityState === "visible" && roster.stale) {
      roster.soon();
    }
  };
  const poll = setInterval(() => (watched() || !events) && back(), POLL_MS);
  const ignore = events && onNews(events, () => roster.soon());
  services.connectionFailure.connect(lost);
  document.addEventListener("visibilitychange", back);
  window.addEventListener("online", back);
  return () => {
    clearInterval(poll);
    ignore?.();
    services.connectionFailure.disconnect(lost);
    document.removeEventListener("visibilitychange", back);
    window.removeEventListener("online", back);
  };
}
