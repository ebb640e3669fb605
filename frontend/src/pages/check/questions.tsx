// The two kinds of question of the form: one of several, and yes, no or not sure.
import { Choice } from "../../parts/Choice";
import { wordsOf } from "../../words/words";

interface OneOfProps<T extends string | number> {
  label: string;
  choices: readonly T[];
  names: Record<`${T}`, string>;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

export function OneOf<T extends string | number>({ label, choices, names, value, onChange }: OneOfProps<T>) {
  return (
    <Choice
      label={label}
      options={choices.map((one) => [String(one), names[`${one}`]] as const)}
      none={wordsOf("check").value.questions.open}
      value={value === undefined ? "" : String(value)}
      onChoose={(code) => onChange(choices.find((one) => String(one) === code))}
    />
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
