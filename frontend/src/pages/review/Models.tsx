// What the models say of one image.
import type { ImageView } from "../../model/reviewing";
import { BarChart } from "../../parts/BarChart";
import { fill, locale, wordsOf } from "../../words/words";

export function Models({ models }: { models: NonNullable<ImageView["model"]> }) {
  const words = wordsOf("review").value.reading;
  const percent = new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 });
  return (
    <section class="panel" aria-label={words.model}>
      <h2>{words.model}</h2>
      {models.length === 0 && <p>{words.model_none}</p>}
      {models.map((reading) => (
        <div class="side" key={reading.model.name}>
          <strong>{fill(words.model_of, { name: reading.model.name, version: reading.model.version })}</strong>
          {reading.malignant_probability !== null && (
            <span>{fill(words.malignant, { share: percent.format(reading.malignant_probability) })}</span>
          )}
          <BarChart
            label={fill(words.shares, { name: reading.model.name })}
            number={(share) => percent.format(share)}
            bars={reading.probabilities.map((each) => ({
              key: each.label,
              name: each.name,
              label: each.name,
              share: each.probability,
            }))}
          />
        </div>
      ))}
    </section>
  );
}
