import { never, type Received, seqOf } from "../protocol/decode";
import type { Configured, Queue, ServerFrame, StateChanged, Steered, TurnEnded, TurnStarted, Welcome } from "../protocol/frames.gen";
import { goBackTo, lastShown, withTurn, withTurnAgain } from "./branches";
import { type Conversation, EMPTY, type SteeredItem, type Turn } from "./conversation";
import { drafted, NO_DRAFT } from "./drafting";
import { inTurn } from "./items";
import { confirmed, refused } from "./outgoing";
import { questionOpened, questionSettled } from "./questions";
import { discard, piece, settleItems, toolFinished, toolInput, toolProgress, toolStarted, whole } from "./reply";
import { asOne, put } from "./turns";
import { noticed, OF_A_TURN, replyGoesOn, unknown, without } from "./weather";

/** The conversation after these frames. Those that came before are ignored. `now`: this machine's clock, milliseconds. */
export function reduceAll(state: Conversation, frames: readonly Received[], now: number): Conversation {
  return asOne(() => frames.reduce((folded, frame) => reduce(folded, frame, now), state));
}

/** The conversation after one more frame. Frames that came before are ignored. `now`: this machine's clock, milliseconds. */
export function reduce(state: Conversation, frame: Received, now: number): Conversation {
  const seq = seqOf(frame);
  if (seq !== undefined && seq > 0 && seq <= state.seq && frame.type !== "unknown") {
    return state;
  }
  const at = "at" in frame ? frame.at : 0;
  // Only a server clock that runs ahead can be told from a frame that travelled long.
  const skew = at > 0 ? Math.min(state.skew, now - at) : state.skew;
  const before = seq === undefined && skew === state.skew ? state : { ...state, seq: seq ?? state.seq, skew };
  return frame.type === "unknown" ? unknown(before, frame.name) : apply(before, frame);
}

function apply(state: Conversation, frame: ServerFrame): Conversation {
  switch (frame.type) {
    case "welcome":
      return welcomed(state, frame);
    case "snapshot":
      return reset(state);
    case "error":
      return refused(state, frame);
    case "turn_started":
      return turnStarted(state, frame);
    case "steered":
      return steered(replyGoesOn(state), frame);
    case "branch":
      return goBackTo(state, frame.after ?? null);
    case "text":
    case "thinking":
      return piece(replyGoesOn(state), frame);
    case "tool_input":
      return toolInput(replyGoesOn(state), frame);
    case "message":
      return whole(replyGoesOn(state), frame);
    case "discard":
      return discard(state, frame);
    case "tool_started":
      return toolStarted(replyGoesOn(state), frame);
    case "tool_progress":
      return toolProgress(replyGoesOn(state), frame);
    case "tool_finished":
      return toolFinished(replyGoesOn(state), frame);
    case "question":
      return questionOpened(state, frame);
    case "question_settled":
      return questionSettled(state, frame);
    case "plan":
      return { ...state, todo: frame.items };
    case "notice":
      return noticed(state, frame);
    case "turn_ended":
      return turnEnded(state, frame);
    case "state":
      return stateChanged(state, frame);
    case "queue":
      return queued(state, frame);
    case "configured":
      return configured(state, frame);
    case "agent_draft":
      return drafted(state, frame);
    case "agent_saved":
      return { ...state, drafting: { ...state.drafting, saved: frame } };
    case "sent":
      return { ...state, sent: [...state.sent, frame] };
    case "notebook_changed":
      return { ...state, changes: new Map(state.changes).set(frame.of, frame) };
    default:
      return never(frame);
  }
}

function welcomed(state: Conversation, frame: Welcome): Conversation {
  const { session, context, title, notebook, demo, settings, state: now } = frame;
  return { ...state, welcomed: true, session, context, title, notebook, demo, settings, state: now };
}

/** Forget the conversation; keep the connection's facts and what the server has not confirmed. */
function reset(state: Conversation): Conversation {
  const { link, welcomed, session, context, title, notebook, demo, settings, state: now, outgoing, review, skew } = state;
  const drafting = { ...NO_DRAFT, mine: state.drafting.mine };
  return { ...EMPTY, link, welcomed, session, context, title, notebook, demo, settings, state: now, outgoing, drafting, review, skew };
}

function turnStarted(state: Conversation, frame: TurnStarted): Conversation {
  const id = frame.turn ?? `turn:${frame.seq}`;
  const { origin, text, attachments, mentions = [], at, after } = frame; // conversations of before there were any have none
  const index = state.turns.findLastIndex((turn) => turn.id === id);
  const old = state.turns[index];
  const turn: Turn = { id, origin, text, attachments, mentions, after: after ?? lastShown(state), startedAt: at, items: old?.items ?? [], end: null };
  const known = old === undefined ? withTurn(state, turn) : withTurnAgain(state, index, turn);
  const started = without(known, ["cut", "restarted", "compacted"]);
  return origin.prompt ? confirmed(started, [origin.prompt]) : started;
}

function steered(state: Conversation, frame: Steered): Conversation {
  const { prompt, text, attachments, mentions = [], user } = frame;
  const item: SteeredItem = { kind: "steered", key: `steered:${prompt}`, text, attachments, mentions, user: user ?? "" };
  return confirmed(inTurn(state, frame, (items) => [...items, item]), [prompt]);
}

function turnEnded(state: Conversation, frame: TurnEnded): Conversation {
  const index = frame.turn ? state.turns.findLastIndex((turn) => turn.id === frame.turn) : state.turns.length - 1;
  const turn = state.turns[index];
  const calm = without(state, OF_A_TURN);
  if (turn === undefined) {
    return calm;
  }
  const ended = { ...turn, items: settleItems(turn.items, frame.at), end: frame };
  return { ...calm, turns: put(calm.turns, index, ended) };
}

function stateChanged(state: Conversation, frame: StateChanged): Conversation {
  return { ...state, state: frame.state, stateProblem: frame.problem ?? null };
}

function queued(state: Conversation, frame: Queue): Conversation {
  const known = confirmed(state, frame.prompts.map((waiting) => waiting.prompt));
  return { ...known, queue: frame.prompts };
}

function configured(state: Conversation, frame: Configured): Conversation {
  return { ...state, settings: frame.settings, title: frame.title || state.title, notebook: frame.notebook ?? state.notebook };
}
