// Counts for public health, without groups so small that somebody could be found in them.
import { useState } from "preact/hooks";

import { admin } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { BarChart } from "../../parts/BarChart";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { download } from "../../parts/download";
import { useAsked } from "../../parts/useAsked";
import { fill, wordsOf } from "../../words/words";

export function Statistics() {
  const words = wordsOf("admin").value.statistics;
  const statistics = useAsked(admin.statistics, []);
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
                      bars={table.cells.map((cell) => ({
                        key: cell.value,
                        name: cell.value,
                        label: cell.value,
                        share: cell.count === null ? -1 : cell.count / most,
                      }))}
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
