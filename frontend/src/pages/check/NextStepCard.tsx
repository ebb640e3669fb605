// What to do, how soon, whom to see and why: the part of the answer that matters most.
import type { Assessment, Tier } from "../../model/api";
import { fill, locale, wordsOf } from "../../words/words";

const DAY_MS = 86_400_000;
/** A shape per tier, so that it is told without colour too. */
const SHAPES: Record<Tier, string> = {
  emergency: "M12 2l10 6v8l-10 6L2 16V8z",
  urgent: "M12 3l10 18H2z",
  routine: "M4 5h16v16H4zM4 9h16M9 3v4M15 3v4",
  self_care: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12l3 3 5-6",
};

export function NextStepCard({ answer, at }: { answer: Assessment; at: string }) {
  const words = wordsOf("check").value;
  const { tier, within_days: days, text, where, watch_for: watch = [] } = answer.next_step;
  const reasons = answer.next_step.reasons.filter((reason) => !text.includes(reason.text)); // said once is enough
  return (
    <section class="next-step" data-tier={tier} aria-labelledby="next-step-title">
      <p class="next-step-tier">
        <svg width="28" height="28" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
          <path d={SHAPES[tier]} />
        </svg>
        <span>
          {words.tiers[tier]}
          {tier !== "emergency" && (
            <span class="next-step-date">
              {" · "}
              {fill(tier === "self_care" ? words.answer.again : words.answer.by, { date: due(at, days) })}
            </span>
          )}
        </span>
      </p>
      <h1 id="next-step-title" lang={answer.locale}>
        {text}
      </h1>
      {where && (
        <p lang={answer.locale}>
          <strong>{words.answer.where}</strong> {where}
        </p>
      )}
      {reasons.length > 0 && <h2>{words.answer.why}</h2>}
      <ol class="reasons" lang={answer.locale}>
        {reasons.map((reason) => (
          <li key={reason.code}>{reason.text}</li>
        ))}
      </ol>
      {watch.length > 0 && (
        <details>
          <summary>{words.answer.watch_for}</summary>
          <ul class="plain-list" lang={answer.locale}>
            {watch.map((sign) => (
              <li key={sign}>{sign}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function due(at: string, days: number): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "long" }).format(Date.parse(at) + days * DAY_MS);
}
