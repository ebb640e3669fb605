// Check a spot: from a photo to what to do next. The first screen comes at once, the rest while it is read.
import { useEffect } from "preact/hooks";

import { Frame } from "../../parts/Frame";
import { lazily } from "../../parts/lazily";
import { need } from "../../words/words";
import { StartStep } from "./StartStep";
import { followHistory } from "./steps";
import { check, doing } from "./world";
import "./start.css";
import "./photo.css";
import "./questions.css";
import "./answer.css";

const AFTER_MS = 500; // the first screen stands by then, and nobody has chosen a photo yet
const Later = lazily(async () => {
  const [{ LaterSteps }] = await Promise.all([import("./LaterSteps"), need("check")]);
  return LaterSteps;
});

export function CheckPage() {
  useEffect(() => {
    const idle = setTimeout(() => {
      Later.preload();
      void doing().catch(() => undefined); // it is asked for again when it is needed
    }, AFTER_MS);
    const release = followHistory(check);
    void check.restore();
    return () => {
      clearTimeout(idle);
      release();
    };
  }, []);
  return (
    <Frame>
      <div class="check">{check.step.value === "start" ? <StartStep /> : <Later />}</div>
    </Frame>
  );
}
