// One of the doctors' words, or any.
import { Field } from "../../parts/Field";
import { wordsOf } from "../../words/words";

interface ChoiceProps {
  label: string;
  options: Readonly<Record<string, string>>;
  onChoose: (code: string) => void;
}

export function Choice({ label, options, onChoose }: ChoiceProps) {
  return (
    <Field label={label}>
      <select class="select" onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{wordsOf("review").value.search.any}</option>
        {Object.entries(options).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}
