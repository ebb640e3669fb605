// A part of a page that is fetched when it is first shown, with a word while it comes and a way on if it cannot.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { shared } from "../words/words";
import { Button } from "./Button";
import { Notice } from "./Notice";

export type Lazy<P> = ComponentType<P> & { preload: () => void };

/** `Waiting` keeps the place of a part whose size is known, so that nothing jumps when it comes. */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>, Waiting?: ComponentType<P>): Lazy<P> {
  let found: ComponentType<P> | undefined;
  let coming: Promise<ComponentType<P>> | undefined;
  const fetched = () => {
    coming ??= load().then((part) => (found = part));
    return coming;
  };
  function Lazily(props: P) {
    const [, redraw] = useState(0);
    const [failed, setFailed] = useState(false);
    const again = () => {
      setFailed(false);
      fetched().then(
        () => redraw((count) => count + 1),
        () => {
          coming = undefined;
          setFailed(true);
        },
      );
    };
    const Part = found; // as this drawing knows it: it may come before the effect runs, and must be drawn all the same
    useEffect(() => {
      if (!Part) again();
    }, []);
    if (Part) {
      return <Part {...props} />;
    }
    if (!failed) return Waiting ? <Waiting {...props} /> : <p role="status">{shared.value.common.loading}</p>;
    return (
      <Notice tone="care" title={shared.value.problems.offline} live>
        <div class="notice-actions">
          <Button onClick={again}>{shared.value.common.retry}</Button>
        </div>
      </Notice>
    );
  }
  return Object.assign(Lazily, { preload: () => void fetched().catch(() => (coming = undefined)) });
}
