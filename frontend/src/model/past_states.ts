// Undo and redo over whole states: a change made within a moment of the last one of its kind replaces it.
export interface PastStates<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  kind: string;
  at: number;
}

const MOST = 200;
const MOMENT_MS = 800;

export function beginning<T>(present: T): PastStates<T> {
  return { past: [], present, future: [], kind: "", at: 0 };
}

/** `kind` names what was changed; typing on in one field is one step, and a kind of "" always is a step of its own. */
export function changed<T>(states: PastStates<T>, present: T, kind: string, at: number): PastStates<T> {
  const goesOn = kind !== "" && kind === states.kind && at - states.at < MOMENT_MS;
  const past = goesOn ? states.past : [...states.past, states.present].slice(-MOST);
  return { past, present, future: [], kind, at };
}

export function undone<T>(states: PastStates<T>): PastStates<T> {
  const before = states.past.at(-1);
  if (before === undefined) return states;
  return { past: states.past.slice(0, -1), present: before, future: [states.present, ...states.future], kind: "", at: 0 };
}

export function redone<T>(states: PastStates<T>): PastStates<T> {
  const [next, ...future] = states.future;
  if (next === undefined) return states;
  return { past: [...states.past, states.present], present: next, future, kind: "", at: 0 };
}
