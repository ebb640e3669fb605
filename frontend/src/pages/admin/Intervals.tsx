// One figure of all versions of a model, each with its interval: whether two differ is seen at a glance.
import type { Shelf } from "../../api/administering";
import { fill, wordsOf } from "../../words/words";
import { figureOf } from "./Models";

const ROW = 28;
const LEFT = 150;
const WIDTH = 420; // little more than a phone has, so that it stays legible there

export function Intervals({ shelf, figure, name }: { shelf: Shelf; figure: string; name: string }) {
  const label = fill(wordsOf("admin").value.models.chart, { figure: name, name: shelf.name });
  const rows = shelf.versions.flatMap((version) => {
    const [value, low, high] = figureOf(version, figure) ?? [];
    return typeof value === "number" ? [{ version, value, low: low ?? value, high: high ?? value }] : [];
  });
  const least = Math.min(...rows.map((row) => row.low)) - 0.02;
  const most = Math.max(...rows.map((row) => row.high)) + 0.02;
  const at = (value: number) => LEFT + ((value - least) / (most - least)) * (WIDTH - LEFT - 60);
  return (
    <svg class="intervals" viewBox={`0 0 ${WIDTH} ${rows.length * ROW + 8}`} role="img" aria-label={label}>
      {rows.map((row, number) => {
        const y = number * ROW + ROW / 2 + 4;
        return (
          <g key={row.version.version} data-champion={row.version.champion}>
            <text x={LEFT - 10} y={y + 4} text-anchor="end">
              {row.version.version}
            </text>
            <line x1={at(row.low)} x2={at(row.high)} y1={y} y2={y} />
            <circle cx={at(row.value)} cy={y} r={row.version.champion ? 7 : 5} />
            <text x={at(row.high) + 8} y={y + 4}>
              {row.value.toFixed(3)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
