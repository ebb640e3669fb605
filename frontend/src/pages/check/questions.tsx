// The two kinds of question of the form: one of several, and yes, no or not sure.
import { Field } from "../../parts/Field";
import { wordsOf } from "../../words/words";

interface ChoiceProps<T extends string | number> {
  label: string;
  choices: readonly T[];
  names: Record<`${T}`, string>;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

export function Choice<T extends string | number>({ label, choices, names, value, onChange }: ChoiceProps<T>) {
  const open = wordsOf("check").value.questions.open;
  return (
    <Field label={label}>
      <select
        class="select"
        value={value === undefined ? "" : String(value)}
        onChange={(event) => onChange(choices.find((one) => String(one) === event.currentTarget.value))}
      >
        <option value="">{open}</option>
        {choices.map((one) => (
          <option key={one} value={String(one)}>
            {names[`${one}`]}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface YesNoProps {
  name: string;
  question: string;
  value: boolean | undefined;
  onChange: (value: boolean | undefined) => void;
}

export function YesNo({ name, question, value, onChange }: YesNoProps) {
  const words = wordsOf("check").value.questions;
  const choices = [
    { key: "yes", label: words.yes, means: true },
    { key: "no", label: words.no, means: false },
    { key: "unsure", label: words.unsure, means: undefined },
  ] as const;
  return (
    <fieldset class="yes-no">
      <legend>{question}</legend>
      <div class="yes-no-choices">
        {choices.map(({ key, label, means }) => (
          <label key={key}>
            <input type="radio" name={name} checked={value === means} onChange={() => onChange(means)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
