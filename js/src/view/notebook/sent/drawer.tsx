import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Sent, SentItem } from "../../../protocol/frames.gen";
import { Menu } from "../../header/menu";
import { useSelect, useSession } from "../../hooks";
import { sentStrings as strings } from "../../strings/sent";
import { count as short } from "../../time";
import { Visible } from "../../visible";
import { CellName } from "../cell-name";
import { drawInto, type Host } from "../host";

const SHOWN = 100; // pieces that are listed at first
const OF_CELLS: ReadonlySet<SentItem["kind"]> = new Set(["source", "output", "image"]);

/** What Claude may see of the notebook's data, and what it was sent of it; returns how to take it away again. */
export function mountSent(element: HTMLElement, host: Host): () => void {
  return drawInto(element, host, <Drawer />);
}

function Drawer(): JSX.Element | null {
  const session = useSession();
  const settings = useSelect((state) => state.settings);
  const count = useSelect((state) => state.sent.reduce((sum, { items }) => sum + items.length, 0));
  const list = useRef<HTMLDivElement>(null);
  if (settings === null) {
    return null;
  }
  return (
    <div class="jcw-sent" data-jcw="sent-drawer">
      {count > 0 && (
        <button type="button" class="jcw-link" data-jcw="to-sent-list" onClick={() => list.current?.scrollIntoView({ block: "start" })}>
          {strings.toList(count)}
        </button>
      )}
      <strong>{strings.level}</strong>
      <Menu label={strings.level} choices={strings.levels} chosen={settings.privacy} onChoose={(privacy) => session.configure({ privacy })} />
      <p class="jcw-dim">
        {strings.source} {settings.privacy !== "full" && strings.before}
      </p>
      <Uncovered sealed={settings.sealed} seal={(sealed) => session.configure({ sealed })} />
      <div ref={list}>
        <Ledger />
      </div>
    </div>
  );
}

interface UncoveredProps {
  sealed: boolean;
  seal(sealed: boolean): void;
}

/** What the setting does not cover, and the offer to deny what can be denied. */
function Uncovered({ sealed, seal }: UncoveredProps): JSX.Element {
  return (
    <section class="jcw-uncovered" data-jcw="uncovered">
      {sealed ? (
        <p>{strings.sealed}</p>
      ) : (
        <>
          <p>{strings.uncovered}</p>
          <ul>
            {strings.gaps.map((gap) => (
              <li key={gap}>{gap}</li>
            ))}
          </ul>
        </>
      )}
      <label class="jcw-seal">
        <input type="checkbox" data-jcw="seal" checked={sealed} onChange={(event) => seal(event.currentTarget.checked)} />
        <span>
          {strings.seal}
          <span class="jcw-dim">{strings.sealAbout}</span>
        </span>
      </label>
    </section>
  );
}

/** Every piece that left, the newest first. */
function Ledger(): JSX.Element {
  const sent = useSelect((state) => state.sent);
  const [all, setAll] = useState(false);
  const pieces = sent.flatMap((frame) => frame.items.map((item, place) => ({ frame, item, key: `${frame.seq}:${place}` }))).reverse();
  const shown = all ? pieces : pieces.slice(0, SHOWN);
  return (
    <section data-jcw="sent-list">
      <strong>{strings.list}</strong> {pieces.length > 0 && <span class="jcw-dim">{strings.total(pieces.length)}</span>}
      {pieces.length === 0 && <p class="jcw-dim">{strings.nothing}</p>}
      <ol>
        {shown.map(({ frame, item, key }) => (
          <Piece key={key} frame={frame} item={item} />
        ))}
      </ol>
      {shown.length < pieces.length && (
        <button type="button" class="jcw-button" data-jcw="sent-more" onClick={() => setAll(true)}>
          {strings.earlier(pieces.length - shown.length)}
        </button>
      )}
    </section>
  );
}

function Piece({ frame, item }: { frame: Sent; item: SentItem }): JSX.Element {
  const image = item.kind === "image";
  const size = (image ? strings.bytes : strings.characters)(short(item.chars));
  const tool = frame.tool?.replace(/^mcp__notebook__/, "");
  return (
    <li class="jcw-sent-piece" data-jcw="sent-piece" data-kind={item.kind}>
      <div class="jcw-sent-head">
        <span>{strings.kinds[item.kind]}</span>
        {OF_CELLS.has(item.kind) ? (
          <CellName cell={item.what} />
        ) : (
          <code>
            <Visible text={item.what} />
          </code>
        )}
        <time class="jcw-dim" dateTime={new Date(frame.at).toISOString()}>
          {new Date(frame.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
        </time>
      </div>
      <div class="jcw-dim">
        {tool ? strings.by(tool) : strings.withPrompt}, {size}
        {frame.level !== "full" && `, ${strings.at(strings.levels.find((level) => level.id === frame.level)?.label ?? frame.level)}`}
      </div>
      {item.excerpt && (
        <pre class="jcw-sent-excerpt">
          <Visible text={item.excerpt} />
        </pre>
      )}
    </li>
  );
}
