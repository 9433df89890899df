import type { Switcher } from "../view/conversations/switcher";

const SESSION = "session"; // as in the addresses that the server gives out

/** The page's address names the conversation, so that reloading keeps it and the back button leads to the one before. */
export class Address implements Switcher {
  #shown = sessionIn(location.href);
  #look = () => {};

  get session(): string | null {
    return sessionIn(location.href);
  }

  /** Whose conversations the page showed last, also after a reload; empty where that is not known. */
  get notebook(): string {
    const kept: unknown = history.state;
    return typeof kept === "object" && kept !== null && "notebook" in kept ? String(kept.notebook) : "";
  }

  set notebook(path: string) {
    if (path !== this.notebook) {
      history.replaceState({ notebook: path }, "");
    }
  }

  show(session: string): void {
    const address = new URL(location.href);
    address.searchParams.set(SESSION, session);
    history.pushState(history.state, "", address);
    this.#look();
  }

  follow(changed: () => void): () => void {
    this.#look = () => {
      const wanted = this.session;
      if (wanted !== this.#shown) {
        this.#shown = wanted;
        changed();
      }
    };
    const back = () => this.#look();
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }
}

function sessionIn(address: string): string | null {
  return new URL(address).searchParams.get(SESSION);
}
