// Where a person lives, as coarsely as they like: a country, and a part of it where the site knows its parts by name.
import { useMemo } from "preact/hooks";

import { countryNames, placeOf } from "../../model/regions";
import { Field } from "../../parts/Field";
import { locale, wordsOf } from "../../words/words";

interface RegionProps {
  value: string | undefined;
  onChange: (region: string | undefined) => void;
}

export function Region({ value, onChange }: RegionProps) {
  const words = wordsOf("check").value;
  const { country, province } = placeOf(value);
  const countries = useMemo(() => countryNames(locale.value), [locale.value]);
  const provinces = Object.entries(words.provinces).filter(([code]) => country !== "" && code.startsWith(`${country}-`));
  return (
    <>
      <Field label={words.questions.region} hint={words.questions.region_hint}>
        <select class="select" value={country} onChange={(event) => onChange(event.currentTarget.value || undefined)}>
          <option value="">{words.questions.open}</option>
          {countries.map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {provinces.length > 0 && (
        <Field label={words.questions.province}>
          <select class="select" value={province} onChange={(event) => onChange(event.currentTarget.value || country)}>
            <option value="">{words.questions.open}</option>
            {provinces.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      )}
    </>
  );
}
