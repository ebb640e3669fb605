// The rules of training and keeping; two admins who change them at once are told so.
import { useEffect, useState } from "preact/hooks";

import { admin, type Policies as Rules } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { wordsOf } from "../../words/words";

export function Policies() {
  const policies = useAsked(admin.policies, []);
  return <Asked state={policies}>{(found) => <Form key={found.version} found={found} again={policies.again} />}</Asked>;
}

function Form({ found, again }: { found: Rules; again: () => void }) {
  const words = wordsOf("admin").value.policies;
  const [rules, setRules] = useState(found);
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => setRules(found), [found]);
  const training = (part: Partial<Rules["training"]>) =>
    setRules((before) => ({ ...before, training: { ...before.training, ...part } }));
  const retention = (part: Partial<Rules["retention"]>) =>
    setRules((before) => ({ ...before, retention: { ...before.retention, ...part } }));
  const save = (event: Event) => {
    event.preventDefault();
    setFailure(undefined);
    admin.changePolicies(rules).then(() => {
      say(words.saved);
      again();
    }, setFailure);
  };
  return (
    <form class="panel" onSubmit={save}>
      <fieldset class="panel side">
        <legend>{words.training}</legend>
        <Days label={words.threshold} hint={words.threshold_hint} value={rules.training.threshold} onDays={(threshold) => training({ threshold })} />
        <Days label={words.every_days} hint={words.threshold_hint} value={rules.training.every_days} onDays={(days) => training({ every_days: days })} />
        <Choice
          label={words.promotion}
          options={[
            ["by_hand", words.by_hand],
            ["when_green", words.when_green],
          ]}
          value={rules.training.promotion}
          onChoose={(code) => training({ promotion: code === "when_green" ? "when_green" : "by_hand" })}
        />
        <Field label={words.recipe}>
          <input class="input" value={rules.training.recipe} onInput={(event) => training({ recipe: event.currentTarget.value })} />
        </Field>
      </fieldset>
      <fieldset class="panel side">
        <legend>{words.retention}</legend>
        <Days label={words.case_days} hint={words.case_days_hint} value={rules.retention.case_days} onDays={(days) => retention({ case_days: days })} />
        <Days label={words.dead_letter_days} value={rules.retention.dead_letter_days} onDays={(days) => retention({ dead_letter_days: days })} />
      </fieldset>
      {failure !== undefined && <Failure error={failure} again={again} />}
      <Button kind="main" type="submit">
        {words.save}
      </Button>
    </form>
  );
}

interface DaysProps {
  label: string;
  hint?: string;
  value: number;
  onDays: (days: number) => void;
}

function Days({ label, hint, value, onDays }: DaysProps) {
  return (
    <Field label={label} hint={hint}>
      <input
        class="input"
        type="number"
        min={0}
        step={1}
        required
        value={value}
        onInput={(event) => onDays(Math.max(0, Math.round(event.currentTarget.valueAsNumber || 0)))}
      />
    </Field>
  );
}
