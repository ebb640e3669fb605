// What the doctor says: diagnosis by one key, the rest where it is known.
import { SEVEN, type Diagnosis, type Findings, type ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Field } from "../../parts/Field";
import type { Reading } from "../../state/reading";
import { wordsOf } from "../../words/words";
import { ShapeList } from "./ShapeList";

interface PanelProps {
  reading: Reading;
  terms: ReviewWords;
  locked: boolean;
}

export function FindingsPanel({ reading, terms, locked }: PanelProps) {
  const words = wordsOf("review").value.reading;
  const findings = reading.findings.value;
  return (
    <fieldset class="panel" disabled={locked}>
      <Diagnoses reading={reading} terms={terms} />
      <Choice
        label={words.certainty}
        none={words.certainty_none}
        options={Object.entries(terms.certainties)}
        value={findings.certainty ?? ""}
        onChoose={(value) => reading.change({ certainty: (value || null) as Findings["certainty"] })}
      />
      <Choice
        label={words.site}
        options={Object.entries(terms.sites)}
        value={findings.site}
        onChoose={(value) => reading.change({ site: value as Findings["site"] })}
      />
      <Choice
        label={words.confirmed_by}
        options={Object.entries(terms.confirmations)}
        value={findings.confirmed_by}
        onChoose={(value) => reading.change({ confirmed_by: value as Findings["confirmed_by"] })}
      />
      <Field label={words.notes}>
        <textarea
          class="input"
          rows={3}
          maxLength={4000}
          value={findings.notes}
          onInput={(event) => reading.change({ notes: event.currentTarget.value }, "notes")}
        />
      </Field>
      <ShapeList shapes={findings.shapes} onShapes={(shapes) => reading.change({ shapes })} />
    </fieldset>
  );
}

function Diagnoses({ reading, terms }: { reading: Reading; terms: ReviewWords }) {
  const words = wordsOf("review").value.reading;
  const chosen = reading.findings.value.diagnosis;
  const others = Object.entries(terms.diagnoses).filter(([code]) => !SEVEN.some((known) => known === code));
  const choose = (code: string) => reading.change({ diagnosis: (code || null) as Diagnosis | null });
  return (
    <div class="panel">
      <div class="diagnoses" role="group" aria-label={words.diagnosis}>
        {SEVEN.map((code, number) => (
          <Button key={code} aria-pressed={chosen === code} onClick={() => choose(code)}>
            <kbd aria-hidden="true">{number + 1}</kbd>
            {terms.diagnoses[code]}
          </Button>
        ))}
      </div>
      <Choice
        label={words.other}
        none={words.choose_other}
        options={others}
        value={others.some(([code]) => code === chosen) ? (chosen ?? "") : ""}
        onChoose={choose}
      />
    </div>
  );
}
