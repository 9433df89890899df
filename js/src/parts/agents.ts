export { mountBench as bench } from "../view/agents/bench";
export { mountPicker as picker } from "../view/agents/chooser";
export { mountReview as review } from "../view/agents/review";
export { mountStarters as starters } from "../view/agents/starters";
