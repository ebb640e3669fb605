// A long list that draws only the rows in view, so that ten thousand scroll like ten.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface RowsProps<T> {
  rows: readonly T[];
  label: string;
  height: number;
  keyOf: (row: T) => string;
  draw: (row: T) => ComponentChildren;
  onEnd?: (() => void) | undefined;
}

const SPARE = 6;
const AHEAD = 25; // rows: more is asked for before a quick hand reaches the end

export function Rows<T>({ rows, label, height, keyOf, draw, onEnd }: RowsProps<T>) {
  const element = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [seen, setSeen] = useState(12);
  const look = () => {
    const box = element.current;
    if (!box) return;
    setFirst(Math.max(0, Math.floor(box.scrollTop / height) - SPARE));
    setSeen(Math.ceil(box.clientHeight / height) + 2 * SPARE);
    if (box.scrollTop + box.clientHeight > box.scrollHeight - AHEAD * height) onEnd?.();
  };
  useEffect(look, [rows.length]);
  const shown = rows.slice(first, first + seen);
  return (
    <div class="rows" ref={element} onScroll={look} tabIndex={0} role="region" aria-label={label}>
      <div role="list" style={{ height: `${rows.length * height}px`, paddingTop: `${first * height}px` }}>
        {shown.map((row, number) => (
          <div class="row" role="listitem" aria-setsize={rows.length} aria-posinset={first + number + 1} key={keyOf(row)}>
            {draw(row)}
          </div>
        ))}
      </div>
    </div>
  );
}
