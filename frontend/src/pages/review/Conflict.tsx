// Two versions of one reading, side by side; the doctor decides which stands, and undo brings the other back.
import type { Findings, ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import type { Reading } from "../../state/reading";
import { fill, wordsOf } from "../../words/words";

export function Conflict({ reading, terms }: { reading: Reading; terms: ReviewWords }) {
  const words = wordsOf("review").value.conflict;
  const theirs = reading.theirs.value;
  return (
    <Dialog
      title={words.title}
      open={theirs !== undefined}
      onClose={() => void reading.settle("yours")}
      actions={
        <>
          <Button onClick={() => void reading.settle("theirs")}>{words.keep_theirs}</Button>
          <Button kind="main" onClick={() => void reading.settle("yours")}>
            {words.keep_yours}
          </Button>
        </>
      }
    >
      <p>{words.explain}</p>
      <div class="sides">
        {theirs && <Side title={words.theirs} findings={theirs.findings} terms={terms} />}
        <Side title={words.yours} findings={reading.findings.value} terms={terms} />
      </div>
    </Dialog>
  );
}

function Side({ title, findings, terms }: { title: string; findings: Findings; terms: ReviewWords }) {
  const words = wordsOf("review").value.conflict;
  return (
    <section class="side" aria-label={title}>
      <h3>{title}</h3>
      <strong>{findings.diagnosis ? terms.diagnoses[findings.diagnosis] : "–"}</strong>
      <span>{findings.certainty ? terms.certainties[findings.certainty] : "–"}</span>
      <span>{terms.sites[findings.site]}</span>
      <span>{fill(words.shapes, { count: findings.shapes.length })}</span>
      {findings.notes && <p class="said">{findings.notes}</p>}
    </section>
  );
}
