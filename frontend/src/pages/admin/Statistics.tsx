// Counts for public health, without groups so small that somebody could be found in them.
import { useState } from "preact/hooks";

import { admin } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { BarChart } from "../../parts/BarChart";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { download } from "../../parts/download";
import { useAsked } from "../../parts/useAsked";
import { reviewWords } from "../../api/reviewing";
import { fill, locale, need, wordsOf } from "../../words/words";
import { groupName } from "./groups";

export function Statistics() {
  const words = wordsOf("admin").value.statistics;
  const here = locale.value;
  const statistics = useAsked(async () => {
    const [found, terms] = await Promise.all([admin.statistics(), reviewWords(here), need("check")]);
    return { ...found, terms };
  }, [here]);
  const [failure, setFailure] = useState<unknown>();
  const save = () => void admin.statisticsTable().then((table) => download(table, "dermaloop.csv"), setFailure);
  return (
    <Asked state={statistics}>
      {(found) => {
        const hidden = fill(words.hidden, { count: found.suppressed_below });
        return (
          <div class="room">
            <div class="room-head">
              <p>
                <strong>{fill(words.total, { count: found.total ?? hidden })}</strong>{" "}
                {fill(words.suppressed, { count: found.suppressed_below })}
              </p>
              <Button onClick={save}>{words.csv}</Button>
            </div>
            {failure !== undefined && <Failure error={failure} />}
            <div class="sides">
              {found.tables.map((table) => {
                const most = Math.max(1, ...table.cells.map((cell) => cell.count ?? 0));
                return (
                  <section class="side" key={table.dimension} aria-label={words.dimension[table.dimension]}>
                    <h2>{words.dimension[table.dimension]}</h2>
                    {table.cells.length === 0 && <p>{words.none}</p>}
                    <BarChart
                      label={words.dimension[table.dimension]}
                      number={(share) => (share < 0 ? hidden : String(Math.round(share * most)))}
                      bars={table.cells.map(({ value, count }) => {
                        const name = groupName(table.dimension, value, found.terms);
                        return { key: value, name, label: name, share: count === null ? -1 : count / most };
                      })}
                    />
                  </section>
                );
              })}
            </div>
          </div>
        );
      }}
    </Asked>
  );
}
