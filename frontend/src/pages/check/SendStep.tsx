// What is sent, two consents in plain words, and sending that survives a lost connection.
import { useEffect } from "preact/hooks";

import { explain, Problem } from "../../api/problem";
import type { DraftPhoto } from "../../model/draft";
import { Button } from "../../parts/Button";
import { Check } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { useAddress } from "../../parts/useAddress";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { StepTitle } from "./StepTitle";
import { check } from "./world";

export function SendStep() {
  const words = wordsOf("check").value.send;
  const busy = check.phase.value.kind === "sending" || check.phase.value.kind === "waiting";
  useEffect(() => check.pause, []);
  return (
    <section>
      <StepTitle title={words.title} lead={words.lead} />
      <ul class="thumbnails">
        {check.draft.value.photos.map((photo) => (
          <li key={photo.id}>
            <Thumbnail photo={photo} />
          </li>
        ))}
      </ul>
      <Consents disabled={busy} />
      <Progress />
      <div class="step-actions">
        {busy ? (
          <Button onClick={check.pause}>{words.stop}</Button>
        ) : (
          <>
            <Button onClick={() => check.go("questions")}>{shared.value.common.back}</Button>
            <Button kind="main" onClick={() => void check.send()}>
              {words.submit}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

function Thumbnail({ photo }: { photo: DraftPhoto }) {
  const { crop, width, height } = photo;
  const box = [crop.x * width, crop.y * height, crop.width * width, crop.height * height].join(" ");
  return (
    <svg class="thumbnail" viewBox={box} role="img" aria-label={wordsOf("check").value.answer.seen}>
      <image href={useAddress(photo.picture)} width={width} height={height} />
    </svg>
  );
}

function Consents({ disabled }: { disabled: boolean }) {
  const words = wordsOf("check").value.send;
  const { consent } = check.draft.value;
  return (
    <fieldset class="card question-group">
      <legend>{words.consent}</legend>
      <p class="field-hint">{words.consent_hint}</p>
      <Check
        label={words.store}
        hint={words.store_hint}
        checked={consent.store}
        disabled={disabled}
        onChange={(store) => void check.change({ consent: { ...consent, store } })}
      />
      <Check
        label={words.train}
        hint={words.train_hint}
        checked={consent.train}
        disabled={disabled || !consent.store}
        onChange={(train) => void check.change({ consent: { ...consent, train } })}
      />
    </fieldset>
  );
}

function Progress() {
  const words = wordsOf("check").value.send;
  const phase = check.phase.value;
  if (phase.kind === "idle") return null;
  if (phase.kind === "sending") return <Sending share={phase.share} />;
  const { text, id } = explain(phase.error, shared.value);
  if (phase.kind === "failed") {
    return (
      <Notice tone="alarm" title={words.failed} live>
        <p>{text}</p>
        {id && <p>{fill(shared.value.common.error_id, { id })}</p>}
      </Notice>
    );
  }
  const offline = phase.error instanceof Problem && phase.error.status === 0;
  return (
    <Notice tone="care" title={offline ? words.waiting : words.waiting_server} live>
      <div class="notice-actions">
        <Button onClick={check.hurry}>{words.now}</Button>
      </div>
    </Notice>
  );
}

function Sending({ share }: { share: number }) {
  const words = wordsOf("check").value.send;
  const percent = new Intl.NumberFormat(locale.value, { style: "percent" }).format(Math.round(share * 20) / 20);
  const said = share === 0 ? words.preparing : share < 1 ? fill(words.sending, { percent }) : words.reading;
  return (
    <div class="sending">
      <p role="status">{said}</p>
      {share > 0 && share < 1 ? (
        <progress class="bar-track" max={1} value={share} aria-label={said} />
      ) : (
        <progress class="bar-track" aria-label={said} />
      )}
    </div>
  );
}
