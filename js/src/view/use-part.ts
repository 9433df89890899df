import { useEffect, useState } from "preact/hooks";
import { type PartName, part, partIfLoaded } from "../parts";

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

/** A part of the panel, or null until it is there; where it cannot be fetched, that is tried again now and then. */
export function usePart<Name extends PartName>(name: Name): ReturnType<typeof partIfLoaded<Name>> {
  const [, again] = useState(0);
  const module = partIfLoaded(name);
  const missing = module === null;
  useEffect(() => {
    if (!missing) {
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const fetch = (wait: number): void => {
      const retry = () => fetch(Math.min(2 * wait, LONGEST_RETRY_MS));
      part(name).then(
        () => wanted && again((count) => count + 1),
        () => {
          timer = wanted ? setTimeout(retry, wait) : undefined;
        },
      );
    };
    fetch(FIRST_RETRY_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [name, missing]);
  return module;
}
