// What a photo does not show: a short form, every question of it optional.
import { useState } from "preact/hooks";

import {
  ageOf,
  answered,
  OLDEST,
  PERSON_SIGNS,
  SEXES,
  SINCE,
  SITES,
  SKIN_TYPES,
  SPOT_SIGNS,
  type Answers,
  type Sign,
} from "../../model/questions";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { shared, wordsOf } from "../../words/words";
import { OneOf, YesNo } from "./questions";
import { Region } from "./Region";
import { StepTitle } from "./StepTitle";
import { Story } from "./Story";
import { check } from "./world";

export function QuestionsStep() {
  const words = wordsOf("check").value;
  return (
    <section>
      <StepTitle title={words.questions.title} lead={words.questions.lead} />
      <form
        class="questions"
        onSubmit={(event) => {
          event.preventDefault();
          check.go("send");
        }}
      >
        <AboutSpot />
        <AboutYou />
        <Story />
        <div class="step-actions">
          <Button onClick={() => check.go("photo")}>{shared.value.common.back}</Button>
          <Button kind="main" type="submit">
            {shared.value.common.next}
          </Button>
        </div>
      </form>
    </section>
  );
}

function set<K extends keyof Answers>(name: K, value: Answers[K] | undefined): void {
  void check.change({ answers: answered(check.draft.value.answers, name, value) });
}

function Signs({ names }: { names: readonly Sign[] }) {
  const words = wordsOf("check").value;
  const { answers } = check.draft.value;
  return (
    <div class="signs">
      {names.map((name) => (
        <YesNo key={name} name={name} question={words.signs[name]} value={answers[name]} onChange={(yes) => set(name, yes)} />
      ))}
    </div>
  );
}

function AboutSpot() {
  const words = wordsOf("check").value;
  const { answers } = check.draft.value;
  return (
    <fieldset class="card question-group">
      <legend>{words.questions.spot}</legend>
      <div class="fields">
        <OneOf
          label={words.questions.site}
          choices={SITES}
          names={words.sites}
          value={answers.site}
          onChange={(site) => set("site", site)}
        />
        <OneOf
          label={words.questions.since}
          choices={SINCE}
          names={words.since}
          value={answers.since}
          onChange={(since) => set("since", since)}
        />
      </div>
      <Signs names={SPOT_SIGNS} />
    </fieldset>
  );
}

function AboutYou() {
  const words = wordsOf("check").value;
  const { answers } = check.draft.value;
  return (
    <fieldset class="card question-group">
      <legend>{words.questions.you}</legend>
      <div class="fields">
        <Age />
        <OneOf
          label={words.questions.sex}
          choices={SEXES}
          names={words.sexes}
          value={answers.sex}
          onChange={(sex) => set("sex", sex)}
        />
        <OneOf
          label={words.questions.skin_type}
          choices={SKIN_TYPES}
          names={words.skin_types}
          value={answers.skin_type}
          onChange={(type) => set("skin_type", type)}
        />
        <Region value={answers.region} onChange={(region) => set("region", region)} />
      </div>
      <Signs names={PERSON_SIGNS} />
    </fieldset>
  );
}

function Age() {
  const words = wordsOf("check").value.questions;
  const [text, setText] = useState(String(check.draft.value.answers.age ?? ""));
  const type = (typed: string) => {
    setText(typed);
    set("age", ageOf(typed) ?? undefined);
  };
  return (
    <Field label={words.age} error={ageOf(text) === null ? words.age_error : undefined}>
      <input
        class="input input-short"
        type="text"
        inputMode="numeric"
        maxLength={String(OLDEST).length}
        autocomplete="off"
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </Field>
  );
}
