// How far the doctors agree, in all, by diagnosis, by pair.
import type { Whole, Schemas } from "../../model/api";
import { ask } from "../../api/ask";
import { Asked } from "../../parts/Asked";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { fill, locale, wordsOf } from "../../words/words";

type Kappa = Whole<Schemas["Kappa"]>;

export function AgreementView() {
  const words = wordsOf("review").value.agreement;
  const here = locale.value;
  const asked = useAsked(() => ask("get", "/api/review/agreement", { query: { locale: here } }), [here]);
  return (
    <Asked state={asked}>
      {(found) => (
        <div class="room">
          <h2>{words.title}</h2>
          <p>{fill(words.images, { images: found.images, readings: found.readings })}</p>
          <p>
            <strong>{words.kappa}</strong>: {said(found.kappa)}
          </p>
          {found.images === 0 && <p>{words.none}</p>}
          {found.classes.length > 0 && (
            <>
              <h3>{words.classes}</h3>
              <Table
                caption={words.classes}
                head={[words.name, words.readings, words.agreement]}
                rows={found.classes.map((each) => ({
                  key: each.diagnosis,
                  cells: [each.name, each.readings, <Bar key="bar" kappa={each.kappa} />],
                }))}
              />
            </>
          )}
          {found.doctors.length > 0 && (
            <>
              <h3>{words.doctors}</h3>
              <Table
                caption={words.doctors}
                head={[words.name, words.readings, words.agreement, words.seconds]}
                rows={found.doctors.map((each) => ({
                  key: each.annotator,
                  cells: [each.name, each.readings, said(each.with_others), each.seconds?.map(Math.round).join(" / ") ?? "–"],
                }))}
              />
            </>
          )}
          {found.pairs.length > 0 && (
            <>
              <h3>{words.pairs}</h3>
              <Table
                caption={words.pairs}
                head={[words.name, words.readings, words.agreement]}
                rows={found.pairs.map((each) => ({
                  key: `${each.first} ${each.second}`,
                  cells: [`${each.first} – ${each.second}`, each.kappa.images, said(each.kappa)],
                }))}
              />
            </>
          )}
        </div>
      )}
    </Asked>
  );
}

/** The number, and where it lies between none and all. */
function Bar({ kappa }: { kappa: Kappa }) {
  return (
    <>
      {said(kappa)}
      {kappa.value !== null && <meter class="bar-track" min={0} max={1} value={Math.max(0, kappa.value)} aria-label={said(kappa)} />}
    </>
  );
}

function said(kappa: Kappa): string {
  const words = wordsOf("review").value.agreement;
  const { value, low, high } = kappa;
  if (value === null) return words.unknown;
  const short = (number: number | null) => (number === null ? "–" : number.toFixed(2));
  return fill(words.of, { value: short(value), low: short(low), high: short(high) });
}
