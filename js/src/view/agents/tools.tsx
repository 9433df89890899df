import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useUniqueId } from "../hooks";
import { Icon } from "../icons";
import { agents as strings, KNOWN_TOOLS } from "../strings/agents";
import { Visible } from "../visible";
import { Field, useHeld } from "./field";

const MOST = 200;

/** Which tools the agent has: all, or only some. */
export function ToolsField(): JSX.Element {
  const held = useHeld<string[] | null>("tools", null, (tools) => tools);
  const group = useUniqueId();
  const tools = held.value;
  const only = tools ?? [];
  const own = only.filter((tool) => !Object.hasOwn(KNOWN_TOOLS, tool));
  const toggle = (tool: string) => held.change(only.includes(tool) ? only.filter((one) => one !== tool) : [...only, tool]);
  return (
    <Field name="tools" held={held}>
      <div class="jcw-tool-scope">
        <label>
          <input type="radio" name={group} data-jcw="tools-all" checked={tools === null} onChange={() => held.change(null)} />
          {strings.toolsAll} <span class="jcw-dim">{strings.toolsAllAbout}</span>
        </label>
        <label>
          <input type="radio" name={group} data-jcw="tools-only" checked={tools !== null} onChange={() => held.change(["Read", "Glob", "Grep"])} />
          {strings.toolsOnly}
        </label>
      </div>
      {tools !== null && (
        <>
          <div class="jcw-tool-chips">
            {Object.entries(KNOWN_TOOLS).map(([tool, about]) => (
              <label key={tool} class="jcw-tool-chip" title={tool}>
                <input type="checkbox" data-jcw="draft-tool" data-tool={tool} checked={only.includes(tool)} onChange={() => toggle(tool)} />
                <span>{tool}</span>
                <span class="jcw-dim">{about}</span>
              </label>
            ))}
          </div>
          <Chips tools={own} remove={toggle} />
          {only.length === 0 && <div class="jcw-field-wrong">{strings.toolsNone}</div>}
          <AddTool add={(tool) => held.change([...only.filter((one) => one !== tool), tool])} full={only.length >= MOST} />
        </>
      )}
    </Field>
  );
}

/** Tools that the agent never has. */
export function DisallowedField(): JSX.Element {
  const held = useHeld<string[]>("disallowed_tools", [], (tools) => tools);
  const tools = held.value;
  return (
    <Field name="disallowed_tools" held={held} hint={strings.disallowedHint}>
      <Chips tools={tools} remove={(tool) => held.change(tools.filter((one) => one !== tool))} />
      <AddTool add={(tool) => held.change([...tools.filter((one) => one !== tool), tool])} full={tools.length >= MOST} />
    </Field>
  );
}

function Chips({ tools, remove }: { tools: readonly string[]; remove: (tool: string) => void }): JSX.Element | null {
  return tools.length === 0 ? null : (
    <ul class="jcw-tool-own">
      {tools.map((tool) => (
        <li key={tool} class="jcw-tag" data-jcw="own-tool">
          <Visible text={tool} />
          <button type="button" class="jcw-plain" aria-label={strings.remove(tool)} title={strings.remove(tool)} onClick={() => remove(tool)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function AddTool({ add, full }: { add: (tool: string) => void; full: boolean }): JSX.Element {
  const [name, setName] = useState("");
  const list = useUniqueId();
  const done = (written: string) => {
    if (written.trim()) {
      add(written.trim());
      setName("");
    }
  };
  return (
    <div class="jcw-tool-add">
      <input
        class="jcw-line-input"
        data-jcw="tool-other"
        list={list}
        maxLength={MOST}
        spellcheck={false}
        autocomplete="off"
        disabled={full}
        aria-label={strings.toolOther}
        placeholder={strings.toolOtherHint}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.isComposing) {
            event.preventDefault();
            done(event.currentTarget.value);
          }
        }}
      />
      <datalist id={list}>
        {Object.keys(KNOWN_TOOLS).map((tool) => (
          <option key={tool} value={tool} />
        ))}
      </datalist>
      <button type="button" class="jcw-button" data-jcw="tool-add" disabled={!name.trim()} onClick={() => done(name)}>
        {strings.add}
      </button>
    </div>
  );
}
