// What the photo looks like: every class with its bar and its number, and the calibrated risk.
import type { ComponentChildren } from "preact";

import { BarChart } from "../../parts/BarChart";
import type { Assessment } from "../../model/api";
import { Button } from "../../parts/Button";
import { Notice } from "../../parts/Notice";
import { fill, locale, wordsOf } from "../../words/words";
import { check } from "./world";

const SUSPICIOUS = new Set(["mel", "bcc", "akiec", "malignant"]);

export function Ranked({ answer }: { answer: Assessment }) {
  const words = wordsOf("check").value.answer;
  const percent = percentOf(locale.value);
  const bars = answer.probabilities.map(({ label, name, probability }) => ({
    key: label,
    label: name,
    share: probability,
    name: SUSPICIOUS.has(label) ? (
      <>
        <span lang={answer.locale}>{name}</span> <span class="tag">{words.suspicious}</span>
      </>
    ) : (
      <span lang={answer.locale}>{name}</span>
    ),
  }));
  return (
    <section class="card" aria-labelledby="ranked-title">
      <h2 id="ranked-title">{words.looks_like}</h2>
      <p class="field-hint">{words.looks_like_hint}</p>
      <AsReliable status={answer.status}>
        <BarChart bars={bars} label={words.looks_like} number={percent} />
        <p>{fill(words.malignant, { percent: percent(answer.malignant_probability) })}</p>
      </AsReliable>
      {answer.risk && (
        <p>{fill(words.risk, { percent: percent(answer.risk.probability), threshold: percent(answer.risk.threshold) })}</p>
      )}
      {answer.seven_point && (
        <p>{fill(words.seven_point, { score: answer.seven_point.score, refer_at: answer.seven_point.refer_at })}</p>
      )}
      <Models answer={answer} />
    </section>
  );
}

/** Numbers about a photo that cannot be relied on are there to look up, not to be believed. */
function AsReliable({ status, children }: { status: Assessment["status"]; children: ComponentChildren }) {
  const words = wordsOf("check").value.answer;
  if (status === "answered") return <>{children}</>;
  if (status === "uncertain") {
    return (
      <>
        <Notice tone="care" title={words.uncertain} />
        {children}
      </>
    );
  }
  return (
    <>
      <Notice tone="care" title={words.unreliable}>
        <div class="notice-actions">
          <Button onClick={() => void check.startOver()}>{words.take_again}</Button>
        </div>
      </Notice>
      <details class="unreliable">
        <summary>{words.unreliable_show}</summary>
        {children}
      </details>
    </>
  );
}

function Models({ answer }: { answer: Assessment }) {
  const words = wordsOf("check").value.answer;
  const models = answer.photos[0]?.readings.map(({ model }) => fill(words.model, { ...model })) ?? [];
  return (
    <ul class="models">
      {models.map((model) => (
        <li key={model}>{model}</li>
      ))}
    </ul>
  );
}

/** Whole percent; what is there but less than half of one is not called nothing. */
export function percentOf(language: string): (share: number) => string {
  const whole = new Intl.NumberFormat(language, { style: "percent" });
  return (share) => (share > 0 && share < 0.005 ? `< ${whole.format(0.01)}` : whole.format(share));
}
