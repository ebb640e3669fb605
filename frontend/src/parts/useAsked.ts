// Something that is asked of the server when a part is shown: there, on its way, or refused, and asked again on demand.
import { useEffect, useState } from "preact/hooks";

export interface AskedState<T> {
  found?: T;
  failure?: unknown;
  again: () => void;
}

export function useAsked<T>(load: () => Promise<T>, depends: readonly unknown[]): AskedState<T> {
  const [state, setState] = useState<{ found?: T; failure?: unknown }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    load().then(
      (found) => over || setState({ found }),
      (failure: unknown) => over || setState((before) => ({ ...before, failure })),
    );
    return () => void (over = true);
  }, [...depends, round]);
  return { ...state, again: () => setRound((number) => number + 1) };
}
