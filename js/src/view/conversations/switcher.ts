import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** How a panel comes to show another conversation than the one with which it was opened. */
export interface Switcher {
  /** Show this session from now on, here and wherever the page shows the same; kept where a reload finds it. */
  show(session: string): void;
  /** Calls back when another session is to be shown, whoever chose it; returns how to stop that. */
  follow(changed: () => void): () => void;
}

export const SwitcherContext = createContext<Switcher | null>(null);

/** Null where the panel shows one conversation and no other. */
export function useSwitcher(): Switcher | null {
  return useContext(SwitcherContext);
}
