// What further models say of the first photo, one at a time, when asked; it changes nothing about what to do next.
import { useState } from "preact/hooks";

import { askModel, type Answer } from "../../api/models";
import { base64 } from "../../canvas/pictures";
import type { SentPhoto } from "../../model/draft";
import { BarChart } from "../../parts/BarChart";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Notice } from "../../parts/Notice";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { percentOf } from "./Ranked";

interface OtherModelsProps {
  names: readonly string[];
  photo: SentPhoto;
}

export function OtherModels({ names, photo }: OtherModelsProps) {
  const words = wordsOf("check").value.models;
  return (
    <section class="card panel" aria-labelledby="models-title">
      <h2 id="models-title">{words.title}</h2>
      <p class="field-hint">{words.hint}</p>
      {names.map((name) => (
        <OneModel key={name} name={name} photo={photo} />
      ))}
    </section>
  );
}

type State = { kind: "idle" } | { kind: "asking" } | { kind: "told"; answer: Answer } | { kind: "failed"; error: unknown };

function OneModel({ name, photo }: { name: string; photo: SentPhoto }) {
  const words = wordsOf("check").value.models;
  const [state, setState] = useState<State>({ kind: "idle" });
  const asking = async () => {
    setState({ kind: "asking" });
    try {
      setState({ kind: "told", answer: await askModel(name, photo, locale.value, base64) });
    } catch (error) {
      setState({ kind: "failed", error });
    }
  };
  if (state.kind === "told") return <Told answer={state.answer} />;
  return (
    <>
      {state.kind === "failed" && <Failure error={state.error} again={() => void asking()} />}
      {state.kind === "asking" && <p role="status">{shared.value.common.loading}</p>}
      {state.kind === "idle" && <Button onClick={() => void asking()}>{fill(words.ask, { name })}</Button>}
    </>
  );
}

function Told({ answer }: { answer: Answer }) {
  const words = wordsOf("check").value;
  const bars = answer.probabilities.map(({ label, name, probability }) => ({
    key: label,
    label: name,
    share: probability,
    name: <span lang={answer.locale}>{name}</span>,
  }));
  const title = fill(words.models.says, { name: answer.model.name });
  return (
    <section aria-label={title} role="status">
      <h3>{title}</h3>
      {answer.status !== "answered" && (
        <Notice tone="care" title={answer.status === "uncertain" ? words.answer.uncertain : words.answer.unreliable} />
      )}
      <BarChart bars={bars} label={title} number={percentOf(locale.value)} />
      <p class="field-hint">{fill(words.answer.model, { ...answer.model })}</p>
    </section>
  );
}
