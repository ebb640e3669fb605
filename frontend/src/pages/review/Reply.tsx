// The doctor's reply: an answer, the wish for another photo, or a referral to a clinic of the directory.
import { useState } from "preact/hooks";

import * as api from "../../api/consulting";
import { Problem } from "../../api/problem";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { wordsOf } from "../../words/words";

interface ReplyProps {
  consultation: api.Consultation;
  onChanged: (consultation: api.Consultation) => void;
  onStale: () => void;
}

const VERDICTS: readonly api.Verdict[] = ["answer", "ask_photo", "refer"];

export function Reply({ consultation, onChanged, onStale }: ReplyProps) {
  const words = wordsOf("review").value.consultations;
  const [verdict, setVerdict] = useState<api.Verdict>("answer");
  const [text, setText] = useState("");
  const [clinic, setClinic] = useState("");
  const [days, setDays] = useState(14);
  const [failure, setFailure] = useState<unknown>();
  const referring = verdict === "refer";
  const send = async (event: Event) => {
    event.preventDefault();
    setFailure(undefined);
    try {
      const body = { verdict, text: text.trim(), version: consultation.version, within_days: days };
      onChanged(await api.reply(consultation.case_id, { ...body, clinic_id: referring ? clinic : null }));
      setText("");
      say(words.sent);
    } catch (error) {
      setFailure(error);
      if (error instanceof Problem && error.status === 409) onStale(); // what was typed stays; what it answers to is shown anew
    }
  };
  return (
    <form class="panel" onSubmit={(event) => void send(event)}>
      <h3>{words.reply}</h3>
      <Choice
        label={words.verdict}
        options={VERDICTS.map((each) => [each, words[each]] as const)}
        value={verdict}
        onChoose={(code) => setVerdict(VERDICTS.find((known) => known === code) ?? "answer")}
      />
      {referring && <ClinicChoice clinic={clinic} onClinic={setClinic} />}
      {referring && (
        <Field label={words.within}>
          <input
            class="input"
            type="number"
            min={0}
            max={365}
            value={days}
            onInput={(event) => setDays(event.currentTarget.valueAsNumber || 0)}
          />
        </Field>
      )}
      <Field label={words.reply_text}>
        <textarea
          class="input"
          rows={5}
          required
          maxLength={4000}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      {failure !== undefined && <Failure error={failure} />}
      <Button kind="main" type="submit" disabled={!text.trim() || (referring && !clinic)}>
        {words.send}
      </Button>
    </form>
  );
}

function ClinicChoice({ clinic, onClinic }: { clinic: string; onClinic: (id: string) => void }) {
  const words = wordsOf("review").value.consultations;
  const known = useAsked(api.clinics, []);
  if (known.failure !== undefined) return <Failure error={known.failure} again={known.again} />;
  if (known.found?.length === 0) return <Notice tone="care" title={words.no_clinics} />;
  return (
    <Choice
      label={words.clinic}
      options={(known.found ?? []).map((each) => [each.id, each.region ? `${each.name} (${each.region})` : each.name] as const)}
      none=""
      value={clinic}
      required
      onChoose={onClinic}
    />
  );
}
