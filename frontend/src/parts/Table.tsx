// A plain table with a caption for those who do not see it, scrolling by itself where it is too wide.
import type { ComponentChildren } from "preact";

import "../styles/table.css";

interface TableProps {
  caption: string;
  head: readonly ComponentChildren[];
  rows: readonly { key: string; cells: readonly ComponentChildren[] }[];
}

export function Table({ caption, head, rows }: TableProps) {
  return (
    <div class="table-frame" role="region" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {head.map((cell, number) =>
              cell ? (
                <th key={number} scope="col">
                  {cell}
                </th>
              ) : (
                <td key={number} />
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, number) => (
                <td key={number}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
