// Shows what was asked for once it is there: a word while it comes, what went wrong where it does not.
import type { ComponentChildren } from "preact";

import { shared } from "../words/words";
import { Failure } from "./Failure";
import type { AskedState } from "./useAsked";

interface AskedProps<T> {
  state: AskedState<T>;
  children: (found: T) => ComponentChildren;
}

export function Asked<T>({ state, children }: AskedProps<T>) {
  return (
    <>
      {state.failure !== undefined && <Failure error={state.failure} again={state.again} />}
      {state.found === undefined && state.failure === undefined && <p role="status">{shared.value.common.loading}</p>}
      {state.found !== undefined && children(state.found)}
    </>
  );
}
