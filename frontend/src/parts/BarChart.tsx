// Ranked shares as bars with their numbers: readable without colour, and as a list without sight.
import type { ComponentChildren } from "preact";

export interface Bar {
  key: string;
  name: ComponentChildren;
  label: string;
  share: number;
}

interface BarChartProps {
  bars: readonly Bar[];
  label: string;
  number: (share: number) => string;
}

export function BarChart({ bars, label, number }: BarChartProps) {
  return (
    <ol class="bars" aria-label={label}>
      {bars.map((bar) => (
        <li class="bar" key={bar.key}>
          <span>{bar.name}</span>
          <span class="bar-number">{number(bar.share)}</span>
          <meter class="bar-track" min={0} max={1} value={bar.share} aria-label={bar.label} />
        </li>
      ))}
    </ol>
  );
}
