// Everything after the first screen: the steps in order, with the browser's Back button going one step back.
import type { ComponentType } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { lazily } from "../../parts/lazily";
import type { Step } from "../../state/check";
import { wordsOf } from "../../words/words";
import { PhotoStep } from "./PhotoStep";
import { QuestionsStep } from "./QuestionsStep";
import { SendStep } from "./SendStep";
import { check } from "./world";

const AnswerStep = lazily(async () => (await import("./AnswerStep")).AnswerStep);
const SHOWN = ["photo", "questions", "send", "answer"] as const;
const PARTS: Record<(typeof SHOWN)[number], ComponentType> = {
  photo: PhotoStep,
  questions: QuestionsStep,
  send: SendStep,
  answer: AnswerStep,
};

export function LaterSteps() {
  const place = useRef<HTMLDivElement>(null);
  const step = check.step.value;
  // with the drawing, not after it: else the focus is taken from whoever has moved on already
  useLayoutEffect(() => {
    if (step === "send") AnswerStep.preload();
    if (step === "answer" && check.panel.peek()) return; // what was opened with the answer comes into sight by itself
    scrollTo({ top: 0 });
    place.current?.focus({ preventScroll: true }); // so that the new step is read from its beginning
  }, [step]);
  const Part = step === "start" ? null : PARTS[step];
  return (
    <div ref={place} tabIndex={-1} class="step">
      <StepList current={step} />
      {Part && <Part />}
    </div>
  );
}

function StepList({ current }: { current: Step }) {
  const words = wordsOf("check").value.steps;
  const at = SHOWN.findIndex((step) => step === current);
  return (
    <ol class="step-list" aria-label={words.label}>
      {SHOWN.map((step, index) => (
        <li key={step} aria-current={step === current ? "step" : undefined} data-done={index < at ? "" : undefined}>
          <span class="step-number" aria-hidden="true">
            {index + 1}
          </span>
          <span class="step-name">{words[step]}</span>
        </li>
      ))}
    </ol>
  );
}
