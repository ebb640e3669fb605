// A labelled choice of one thing, by its code; `none` names the choice of nothing where that is one, too.
import { Field } from "./Field";

interface ChoiceProps {
  label: string;
  hint?: string | undefined;
  options: readonly (readonly [code: string, name: string])[];
  none?: string;
  value?: string;
  required?: boolean;
  onChoose: (code: string) => void;
}

export function Choice({ label, hint, options, none, onChoose, ...select }: ChoiceProps) {
  return (
    <Field label={label} hint={hint}>
      <select class="select" {...select} onChange={(event) => onChoose(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}
