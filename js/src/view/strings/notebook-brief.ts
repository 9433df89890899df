/** Of the notebook's part, what is said before the part is there. */
export const notebook = {
  loading: "Loading …",
  timeline: "Timeline of the notebook",
  sent: "What was sent, and privacy",
};
