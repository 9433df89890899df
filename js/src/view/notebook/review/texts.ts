import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type ReviewTexts, reviewStrings } from "../../strings/review";

/** Around what is drawn in JupyterLab's own cells, which has its language. */
export const ReviewTextsContext = createContext<ReviewTexts>(reviewStrings);

export function useReviewTexts(): ReviewTexts {
  return useContext(ReviewTextsContext);
}
