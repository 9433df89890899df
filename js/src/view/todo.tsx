import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useSelect } from "./hooks";
import { Icon } from "./icons";
import { strings } from "./strings";

/**
 * Claude's to-do list: one line that says where it is, which opens to the whole list. Gone when all of it is done, or when
 * the person puts away one that Claude has left; it comes back when Claude goes on with it.
 */
export function Todo(): JSX.Element | null {
  const items = useSelect((state) => state.todo);
  const idle = useSelect((state) => state.state !== "running" && state.state !== "waiting");
  const [open, setOpen] = useState(false);
  const [hidden, setHidden] = useState<typeof items | null>(null);
  const done = items.filter((item) => item.status === "completed").length;
  if (items.length === 0 || done === items.length || items === hidden) {
    return null;
  }
  const current = items.find((item) => item.status === "in_progress") ?? items.find((item) => item.status === "pending");
  return (
    <div class="jcw-todo" data-jcw="todo">
      <div class="jcw-todo-head">
        <button type="button" class="jcw-todo-line" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="list" />
          <span class="jcw-todo-now">{current?.text ?? strings.todoTitle}</span>
          <span class="jcw-dim">{strings.todo(done, items.length)}</span>
          <span class="jcw-chevron">
            <Icon name="chevron" />
          </span>
        </button>
        {idle && (
          <button type="button" class="jcw-plain" data-jcw="todo-hide" aria-label={strings.todoHide} title={strings.todoHide} onClick={() => setHidden(items)}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {open && (
        <ul>
          {items.map((item) => (
            <li key={item.id} data-status={item.status}>
              <Icon name={item.status === "completed" ? "check" : item.status === "in_progress" ? "arrowUp" : "circle"} />
              <span class="jcw-hidden">{strings.todoStates[item.status]}: </span>
              {item.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
