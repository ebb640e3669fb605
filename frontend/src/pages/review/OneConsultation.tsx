// One consultation: the photos, what was said, the doctor's impression, the models' answer, and the reply.
import { useEffect, useState } from "preact/hooks";

import * as api from "../../api/consulting";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { useAddress } from "../../parts/useAddress";
import { useAsked } from "../../parts/useAsked";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { Reply } from "./Reply";

export function OneConsultation({ id }: { id: string }) {
  const words = wordsOf("review").value.consultations;
  const asked = useAsked(() => api.consultation(id), [id]);
  const [changed, setChanged] = useState<api.Consultation>();
  useEffect(() => setChanged(asked.found), [asked.found]);
  if (asked.failure !== undefined) return <Failure error={asked.failure} again={asked.again} />;
  if (!changed) return <p role="status">{shared.value.common.loading}</p>;
  const answered = changed.messages.some((message) => message.author === "doctor");
  return (
    <div class="reading">
      <div class="panel">
        <h2>{words.title}</h2>
        <div class="photos">
          {changed.photos.map((name, number) => (
            <Photo key={name} id={id} name={name} alt={fill(words.photo, { number: number + 1 })} />
          ))}
        </div>
        <Answers answers={changed.answers} />
        <Thread consultation={changed} />
      </div>
      <div class="panel">
        <Impression consultation={changed} onChanged={setChanged} />
        {changed.impression !== null && <Models consultation={changed} />}
        {changed.referral && <Notice tone="calm" title={fill(words.referred_to, { clinic: changed.referral.clinic.name })} />}
        <Reply consultation={changed} onChanged={setChanged} onStale={asked.again} />
        {answered && <Letter id={id} />}
      </div>
    </div>
  );
}

function Photo({ id, name, alt }: { id: string; name: string; alt: string }) {
  const photo = useAsked(() => api.consultationPhoto(id, name), [id, name]);
  return photo.found ? <Shown photo={photo.found} alt={alt} /> : null;
}

function Shown({ photo, alt }: { photo: Blob; alt: string }) {
  const address = useAddress(photo);
  return address ? <img src={address} alt={alt} /> : null;
}

function Answers({ answers }: { answers: Record<string, unknown> }) {
  const given = Object.entries(answers).filter(([, value]) => value !== null && value !== false && value !== "");
  if (given.length === 0) return null;
  return (
    <section class="side" aria-label={wordsOf("review").value.consultations.answers}>
      <h3>{wordsOf("review").value.consultations.answers}</h3>
      <dl class="keys">
        {given.map(([name, value]) => (
          <>
            <dt>{name.replaceAll("_", " ")}</dt>
            <dd>{String(value).replaceAll("_", " ")}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Thread({ consultation }: { consultation: api.Consultation }) {
  const words = wordsOf("review").value.consultations;
  const moment = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" });
  return (
    <section class="panel" aria-label={words.thread}>
      <h3>{words.thread}</h3>
      {consultation.messages.map((message) => (
        <div class="said" data-author={message.author} key={message.at}>
          <strong>{message.author === "doctor" ? message.name : words.patient}</strong>{" "}
          <small>{moment.format(new Date(message.at))}</small>
          <p>{message.text}</p>
        </div>
      ))}
    </section>
  );
}

interface ImpressionProps {
  consultation: api.Consultation;
  onChanged: (consultation: api.Consultation) => void;
}

function Impression({ consultation, onChanged }: ImpressionProps) {
  const words = wordsOf("review").value.consultations;
  const [text, setText] = useState("");
  const [failure, setFailure] = useState<unknown>();
  if (consultation.impression !== null) {
    return (
      <section class="side" aria-label={words.impression}>
        <h3>{words.impression}</h3>
        <p>{consultation.impression}</p>
      </section>
    );
  }
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        api.impress(consultation.case_id, text.trim()).then(onChanged, setFailure);
      }}
    >
      <Field label={words.impression} hint={words.impression_hint}>
        <input class="input" required maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </Field>
      {failure !== undefined && <Failure error={failure} />}
      <Button type="submit" disabled={!text.trim()}>
        {words.impress}
      </Button>
    </form>
  );
}

function Models({ consultation }: { consultation: api.Consultation }) {
  const words = wordsOf("review").value.consultations;
  const percent = new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 });
  const step = consultation.next_step as { text?: string } | null;
  return (
    <section class="side" aria-label={words.models}>
      <h3>{words.models}</h3>
      {consultation.predictions?.map((prediction, number) => (
        <p key={number}>
          {prediction.model.name}:{" "}
          {Object.entries(prediction.probabilities)
            .sort(([, one], [, other]) => other - one)
            .slice(0, 3)
            .map(([label, share]) => `${label} ${percent.format(share)}`)
            .join(", ")}
        </p>
      ))}
      {step?.text && (
        <p>
          <strong>{words.next_step}</strong> {step.text}
        </p>
      )}
    </section>
  );
}

function Letter({ id }: { id: string }) {
  const [failure, setFailure] = useState<unknown>();
  const open = async () => {
    const address = URL.createObjectURL(await api.consultationLetter(id));
    window.open(address, "_blank");
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  return (
    <>
      {failure !== undefined && <Failure error={failure} />}
      <Button onClick={() => void open().catch(setFailure)}>{wordsOf("review").value.consultations.letter}</Button>
    </>
  );
}
