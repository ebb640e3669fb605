// The frame around the spot; every drag has a button and a key that do the same.
import { useEffect, useRef } from "preact/hooks";

import { cropper, type Frame } from "../../canvas/cropper";
import type { Crop } from "../../model/api";
import { moved, scaled, squared, type Size } from "../../model/crop";
import type { DraftPhoto } from "../../model/draft";
import { Button } from "../../parts/Button";
import { useAddress } from "../../parts/useAddress";
import { fill, wordsOf } from "../../words/words";
import { check } from "./world";

type Move = "left" | "right" | "up" | "down" | "smaller" | "larger";
const STEP = 0.08;
const GROWTH = 1.12;
const MOVES: Record<Move, { sign: string; keys: readonly string[]; make: (crop: Crop, picture: Size) => Crop }> = {
  left: { sign: "←", keys: ["ArrowLeft"], make: (crop, picture) => moved(crop, picture, -STEP, 0) },
  right: { sign: "→", keys: ["ArrowRight"], make: (crop, picture) => moved(crop, picture, STEP, 0) },
  up: { sign: "↑", keys: ["ArrowUp"], make: (crop, picture) => moved(crop, picture, 0, -STEP) },
  down: { sign: "↓", keys: ["ArrowDown"], make: (crop, picture) => moved(crop, picture, 0, STEP) },
  smaller: { sign: "−", keys: ["-", "_"], make: (crop, picture) => scaled(crop, picture, 1 / GROWTH) },
  larger: { sign: "+", keys: ["+", "="], make: (crop, picture) => scaled(crop, picture, GROWTH) },
};
const NAMES = Object.keys(MOVES) as Move[];

export function Cropping({ photo, number }: { photo: DraftPhoto; number: number }) {
  const words = wordsOf("check").value.photo;
  const place = useRef<HTMLDivElement>(null);
  const frame = useRef<Frame | null>(null);
  const latest = useRef(photo);
  latest.current = photo;
  const address = useAddress(photo.picture);
  const label = words.frame;
  const alt = fill(words.picture, { n: number });
  const set = (crop: Crop) => void check.setCrop(latest.current, squared(crop, latest.current));
  const make = (move: Move) => set(MOVES[move].make(latest.current.crop, latest.current));

  useEffect(() => {
    if (!place.current || !address) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const move = NAMES.find((name) => MOVES[name].keys.includes(event.key));
      if (!move) return;
      event.preventDefault();
      make(move);
    };
    frame.current = cropper(place.current, { address, alt, label, onDragged: set, onKey });
    frame.current.show(latest.current.crop);
    return () => frame.current?.remove();
  }, [address, label, alt]);

  useEffect(() => frame.current?.show(photo.crop), [photo.crop]);

  return (
    <div class="cropping">
      <div ref={place} class="cropping-place" style={{ "--ratio": String(photo.width / photo.height) }} />
      <div class="cropping-controls" role="group" aria-label={words.controls}>
        {NAMES.map((name) => (
          <Button key={name} aria-label={words[name]} title={words[name]} onClick={() => make(name)}>
            <span aria-hidden="true">{MOVES[name].sign}</span>
          </Button>
        ))}
      </div>
    </div>
  );
}
