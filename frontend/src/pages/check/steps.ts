// Each step has an address, so that Back goes one step back instead of leaving.
import { effect } from "@preact/signals";

import { STEPS, type Check, type Step } from "../../state/check";

const STATE = "dermaloopStep";

/** Ties the browser's history to the steps of a check. */
export function followHistory({ step, go }: Check): () => void {
  history.replaceState({ [STATE]: step.peek() }, "");
  let last: Step = step.peek();
  const release = effect(() => {
    const now = step.value;
    if (now === last) return;
    last = now;
    const shown = (history.state as Record<string, unknown> | null)?.[STATE];
    if (shown !== now) history.pushState({ [STATE]: now }, "");
  });
  const back = (event: PopStateEvent) => {
    const wanted = (event.state as Record<string, unknown> | null)?.[STATE];
    const found = STEPS.find((name) => name === wanted) ?? "start";
    go(found);
    if (step.peek() !== found) history.replaceState({ [STATE]: step.peek() }, "");
  };
  addEventListener("popstate", back);
  return () => {
    release();
    removeEventListener("popstate", back);
  };
}
