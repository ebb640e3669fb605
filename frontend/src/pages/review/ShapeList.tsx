// Everything that is drawn, as a list; and a box by four numbers, for whoever does not draw with a pointer.
import { useState } from "preact/hooks";

import { boxOf } from "../../model/outline";
import type { Shape } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { fill, wordsOf } from "../../words/words";

interface ShapeListProps {
  shapes: readonly Shape[];
  onShapes: (shapes: Shape[]) => void;
}

export function ShapeList({ shapes, onShapes }: ShapeListProps) {
  const words = wordsOf("review").value.reading;
  return (
    <div class="panel">
      <h2>{words.shapes}</h2>
      {shapes.length === 0 && <p>{words.no_shapes}</p>}
      <ul class="shapes">
        {shapes.map((shape, number) => (
          <li key={number}>
            <span>{nameOf(shape)}</span>
            <Button
              kind="quiet"
              aria-label={fill(words.remove_shape, { number: number + 1 })}
              onClick={() => onShapes(shapes.filter((_, other) => other !== number))}
            >
              {words.remove}
            </Button>
          </li>
        ))}
      </ul>
      <ByNumbers onBox={(box) => onShapes([...shapes, box])} />
    </div>
  );
}

const SIDES = ["left", "top", "width", "height"] as const;

function ByNumbers({ onBox }: { onBox: (box: Shape) => void }) {
  const words = wordsOf("review").value.reading;
  const [numbers, setNumbers] = useState({ left: 25, top: 25, width: 50, height: 50 });
  const [wrong, setWrong] = useState(false);
  const add = () => {
    const { left, top, width, height } = numbers;
    const box = boxOf({ x: left / 100, y: top / 100, width: width / 100, height: height / 100 });
    setWrong(!box);
    if (box) onBox(box);
  };
  return (
    <details>
      <summary>{words.by_numbers}</summary>
      <p class="field-hint">{words.by_numbers_hint}</p>
      <div class="numbers">
        {SIDES.map((side) => (
          <Field key={side} label={words[side]}>
            <input
              class="input"
              type="number"
              min={0}
              max={100}
              step="any"
              value={numbers[side]}
              onInput={(event) => setNumbers((before) => ({ ...before, [side]: event.currentTarget.valueAsNumber }))}
            />
          </Field>
        ))}
      </div>
      {wrong && <Notice tone="care" title={words.bad_box} live />}
      <Button onClick={add}>{words.add}</Button>
    </details>
  );
}

function nameOf(shape: Shape): string {
  const words = wordsOf("review").value.reading;
  const percent = (share: number) => Math.round(share * 100);
  if (shape.type === "rle") return words.painted;
  if (shape.type === "polygon") return fill(words.polygon_of, { count: shape.points.length });
  return fill(words.box_at, {
    x: percent(shape.x),
    y: percent(shape.y),
    width: percent(shape.width),
    height: percent(shape.height),
  });
}
