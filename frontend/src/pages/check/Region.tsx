// Where a person lives, as coarsely as they like: a country, and a part of it where the site knows its parts by name.
import { useMemo } from "preact/hooks";

import { countryNames, placeOf } from "../../model/regions";
import { Choice } from "../../parts/Choice";
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
      <Choice
        label={words.questions.region}
        hint={words.questions.region_hint}
        options={countries}
        none={words.questions.open}
        value={country}
        onChoose={(code) => onChange(code || undefined)}
      />
      {provinces.length > 0 && (
        <Choice
          label={words.questions.province}
          options={provinces}
          none={words.questions.open}
          value={province}
          onChoose={(code) => onChange(code || country)}
        />
      )}
    </>
  );
}
