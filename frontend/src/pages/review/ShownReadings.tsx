// What others said of the image, and what the models say: both only once this doctor may see them.
import { confirm } from "../../api/reviewing";
import { named, type ImageView, type ReviewWords } from "../../model/reviewing";
import { BarChart } from "../../parts/BarChart";
import { Button } from "../../parts/Button";
import { Notice } from "../../parts/Notice";
import { fill, locale, wordsOf } from "../../words/words";

interface ShownProps {
  image: ImageView;
  terms: ReviewWords;
  onChanged: (image: ImageView) => void;
}

export function ShownReadings({ image, terms, onChanged }: ShownProps) {
  const words = wordsOf("review").value.reading;
  const { reference } = image;
  return (
    <>
      {reference && (
        <Notice
          tone="calm"
          title={fill(words.reference, { diagnosis: named(terms.diagnoses, reference.diagnosis), how: named(terms.hows, reference.how) })}
        />
      )}
      {image.readings.length > 0 && (
        <section class="panel" aria-label={words.readings}>
          <h2>{words.readings}</h2>
          {image.readings.map((reading) => (
            <OneReading key={reading.annotator} reading={reading} image={image} terms={terms} onChanged={onChanged} />
          ))}
        </section>
      )}
      {image.model && <Models image={image} models={image.model} />}
    </>
  );
}

interface OneProps extends ShownProps {
  reading: ImageView["readings"][number];
}

function OneReading({ reading, image, terms, onChanged }: OneProps) {
  const words = wordsOf("review").value.reading;
  const said = (diagnosis: string | null) => (diagnosis ? named(terms.diagnoses, diagnosis) : "–");
  const waits = reading.after_model && !reading.confirmed;
  return (
    <div class="side">
      <strong>{fill(words.reading_of, { name: reading.name, diagnosis: said(reading.findings.diagnosis) })}</strong>
      {reading.findings.certainty && <span>{terms.certainties[reading.findings.certainty]}</span>}
      {reading.after_model && reading.blind && (
        <span>{fill(words.blind, { diagnosis: said(reading.blind.diagnosis) })}</span>
      )}
      {reading.findings.notes && <p class="said">{reading.findings.notes}</p>}
      {waits && (
        <>
          <p>{words.changed_after}</p>
          <Button onClick={() => void confirm(image.id, reading.annotator, locale.value).then(onChanged)}>
            {words.confirm}
          </Button>
        </>
      )}
    </div>
  );
}

function Models({ image, models }: { image: ImageView; models: NonNullable<ImageView["model"]> }) {
  const words = wordsOf("review").value.reading;
  const percent = new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 });
  return (
    <section class="panel" aria-label={words.model}>
      <h2>{words.model}</h2>
      {models.length === 0 && <p>{words.model_none}</p>}
      {models.map((reading) => (
        <div class="side" key={reading.model.name}>
          <strong>{fill(words.model_of, { name: reading.model.name, version: reading.model.version })}</strong>
          {reading.malignant_probability !== null && (
            <span>{fill(words.malignant, { share: percent.format(reading.malignant_probability) })}</span>
          )}
          <BarChart
            label={fill(words.shares, { name: reading.model.name })}
            number={(share) => percent.format(share)}
            bars={reading.probabilities.map((each) => ({
              key: `${image.id}-${each.label}`,
              name: each.name,
              label: each.name,
              share: each.probability,
            }))}
          />
        </div>
      ))}
    </section>
  );
}
