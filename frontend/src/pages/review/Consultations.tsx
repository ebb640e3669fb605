// Questions that patients put to doctors: the list by deadline, and one of them.
import { useState } from "preact/hooks";

import { waiting, type ConsultationState, type WaitingLine } from "../../api/consulting";
import { Failure } from "../../parts/Failure";
import { Choice } from "../../parts/Choice";
import { useAsked } from "../../parts/useAsked";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { OneConsultation } from "./OneConsultation";

const STATES: readonly ConsultationState[] = ["waiting", "photo_asked", "answered", "referred"];

export function Consultations({ id }: { id: string | undefined }) {
  return id ? <OneConsultation id={id} /> : <Waiting />;
}

function Waiting() {
  const words = wordsOf("review").value.consultations;
  const [state, setState] = useState<ConsultationState>("waiting");
  const listed = useAsked(() => waiting(state), [state]);
  return (
    <div class="room">
      <h2>{words.title}</h2>
      <Choice
        label={words.state}
        options={STATES.map((each) => [each, words[each]] as const)}
        value={state}
        onChoose={(code) => setState(STATES.find((known) => known === code) ?? "waiting")}
      />
      {listed.failure !== undefined && <Failure error={listed.failure} again={listed.again} />}
      {!listed.found && listed.failure === undefined && <p role="status">{shared.value.common.loading}</p>}
      {listed.found?.consultations.length === 0 && <p role="status">{words.none}</p>}
      <ul class="panel" aria-label={words.title}>
        {listed.found?.consultations.map((line) => (
          <li class="side" key={line.case_id}>
            <Line line={line} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Line({ line }: { line: WaitingLine }) {
  const words = wordsOf("review").value.consultations;
  const moment = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" });
  const due = fill(line.overdue ? words.overdue : words.due, { date: moment.format(new Date(line.due_at)) });
  return (
    <>
      <strong>{line.state === "waiting" ? due : words[line.state]}</strong>
      {line.region && <span>{fill(words.from, { region: line.region })}</span>}
      <p class="said">{line.last}</p>
      <a href={`#/consultations/${encodeURIComponent(line.case_id)}`}>{words.open}</a>
    </>
  );
}
