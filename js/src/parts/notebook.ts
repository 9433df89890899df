export { mountCard as card } from "../view/notebook/card";
export { mountAsk as ask } from "../view/notebook/ask";
export { mountMentions as mentions } from "../view/notebook/mentions/chips";
export { mountCurrentCell as currentCell } from "../view/notebook/mentions/current";
export { suggest } from "../view/notebook/mentions/suggest";
export { mountChanged as changed } from "../view/notebook/past/changed";
export { mountLost as lost } from "../view/notebook/past/lost";
export { mountTimeline as timeline } from "../view/notebook/past/timeline";
export { mountSent as sent } from "../view/notebook/sent/drawer";
