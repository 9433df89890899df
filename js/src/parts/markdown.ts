export { createMarkdown, type MarkdownView } from "../view/markdown/index";
