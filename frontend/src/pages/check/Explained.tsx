// The photo as it was looked at, with what spoke for the label and the spot's outline to lay over it.
import { useState } from "preact/hooks";

import type { SentPhoto } from "../../model/draft";
import type { Assessment, LesionFigures, PhotoReadings } from "../../model/api";
import { Button } from "../../parts/Button";
import { Notice } from "../../parts/Notice";
import { fill, locale, wordsOf } from "../../words/words";
import { Outlined } from "./Outlined";

export function Explained({ answer, photos }: { answer: Assessment; photos: readonly SentPhoto[] }) {
  const words = wordsOf("check").value.answer;
  const [heat, setHeat] = useState(false);
  const [outline, setOutline] = useState(true);
  const name = answer.probabilities.find(({ label }) => label === answer.label)?.name ?? answer.label;
  const outlined = answer.photos.some((photo) => photo.outline?.points?.length);
  return (
    <section class="card" aria-labelledby="seen-title">
      <h2 id="seen-title">{words.seen}</h2>
      <div class="overlays">
        {answer.photos.some((photo) => photo.heatmap) && (
          <Button aria-pressed={heat} onClick={() => setHeat(!heat)}>
            {words.heatmap}
          </Button>
        )}
        {outlined && (
          <Button aria-pressed={outline} onClick={() => setOutline(!outline)}>
            {words.outline}
          </Button>
        )}
      </div>
      {heat && (
        <p class="field-hint" role="status">
          {fill(words.heatmap_hint, { name })}
        </p>
      )}
      {answer.photos.map((read, index) => {
        const sent = photos[index];
        return sent && <Looked key={index} read={read} sent={sent} number={index + 1} heat={heat} outline={outline} />;
      })}
    </section>
  );
}

interface LookedProps {
  read: PhotoReadings;
  sent: SentPhoto;
  number: number;
  heat: boolean;
  outline: boolean;
}

function Looked({ read, sent, number, heat, outline }: LookedProps) {
  const words = wordsOf("check").value;
  return (
    <figure class="looked">
      <Outlined
        picture={sent.picture}
        size={sent}
        frame={read.frame}
        label={fill(words.answer.photo, { n: number })}
        heatmap={heat ? read.heatmap : null}
        points={outline ? read.outline?.points : null}
      />
      {read.quality.issues.length > 0 && (
        <Notice tone={read.quality.acceptable ? "info" : "care"} title={words.answer.quality}>
          <ul class="plain-list">
            {read.quality.issues.map((issue) => (
              <li key={issue.code}>{words.issues[issue.code]}</li>
            ))}
          </ul>
        </Notice>
      )}
      {read.outline?.figures && <Figures figures={read.outline.figures} />}
    </figure>
  );
}

function Figures({ figures }: { figures: LesionFigures }) {
  const words = wordsOf("check").value;
  const share = new Intl.NumberFormat(locale.value, { style: "percent" });
  const colours = new Intl.ListFormat(locale.value, { type: "unit" });
  return (
    <dl class="figures" aria-label={words.answer.figures}>
      <div>
        <dt>{words.answer.asymmetry}</dt>
        <dd>{share.format(figures.asymmetry)}</dd>
      </div>
      <div>
        <dt>{words.answer.border}</dt>
        <dd>{share.format(figures.border)}</dd>
      </div>
      <div>
        <dt>{words.answer.colours}</dt>
        <dd>{colours.format(figures.colours.map((colour) => words.colours[colour]))}</dd>
      </div>
    </dl>
  );
}
