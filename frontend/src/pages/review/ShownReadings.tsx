// What others said of the image, and what the models say: both only once this doctor may see them.
import { confirm } from "../../api/reviewing";
import { named, type ImageView, type ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Notice } from "../../parts/Notice";
import { fill, locale, wordsOf } from "../../words/words";
import { CaseFile } from "./CaseFile";
import { Models } from "./Models";

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
      {image.model && <Models models={image.model} />}
      {image.read_by_you && <CaseFile key={image.case_id} id={image.case_id} />}
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
