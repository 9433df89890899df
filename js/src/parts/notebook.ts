export { mountAsk as ask } from "../view/notebook/ask";
