// Check a spot: from a photo to what to do next. The first screen comes at once, the rest while it is read.
import { useEffect } from "preact/hooks";

import { Frame } from "../../parts/Frame";
import { lazily } from "../../parts/lazily";
import { need } from "../../words/words";
import { StartStep } from "./StartStep";
import { followHistory } from "./steps";
import { check } from "./world";
import "./check.css";

const Later = lazily(async () => {
  const [{ LaterSteps }] = await Promise.all([import("./LaterSteps"), need("check")]);
  return LaterSteps;
});

export function CheckPage() {
  useEffect(() => {
    const idle = setTimeout(() => Later.preload(), 1500);
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
