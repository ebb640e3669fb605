// Painted masks: a grid of painted or not, and COCO's run lengths, column after column, beginning with what is not.
import type { Runs } from "./reviewing";

/** `cells` holds 0 or 1, row after row. */
export interface Mask {
  width: number;
  height: number;
  cells: Uint8Array;
}

const LONGEST = 512;

/** An empty mask as fine as is useful over a picture of this size. */
export function blankMask(width: number, height: number): Mask {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return { ...size, cells: new Uint8Array(size.width * size.height) };
}

export function isBlank(mask: Mask): boolean {
  return mask.cells.every((cell) => cell === 0);
}

export function encodeMask(mask: Mask, label = "lesion"): Runs {
  const counts: number[] = [];
  let painted = 0;
  let length = 0;
  for (let x = 0; x < mask.width; x++) {
    for (let y = 0; y < mask.height; y++) {
      const cell = mask.cells[y * mask.width + x] ?? 0;
      if (cell !== painted) {
        counts.push(length);
        painted = cell;
        length = 0;
      }
      length++;
    }
  }
  counts.push(length);
  return { type: "rle", width: mask.width, height: mask.height, counts, label };
}

export function decodeMask(runs: Runs): Mask {
  const cells = new Uint8Array(runs.width * runs.height);
  let place = 0;
  runs.counts.forEach((length, number) => {
    if (number % 2 === 1) {
      for (let at = place; at < place + length; at++) {
        cells[(at % runs.height) * runs.width + Math.floor(at / runs.height)] = 1;
      }
    }
    place += length;
  });
  return { width: runs.width, height: runs.height, cells };
}

/** Paints or wipes a line with a round brush; places and radius are in cells. */
export function stroke(mask: Mask, from: Point, to: Point, radius: number, painted: boolean): void {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / Math.max(radius / 2, 0.5)));
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    dab(mask, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, radius, painted);
  }
}

export interface Point {
  x: number;
  y: number;
}

function dab(mask: Mask, x: number, y: number, radius: number, painted: boolean): void {
  const left = Math.max(0, Math.floor(x - radius));
  const right = Math.min(mask.width - 1, Math.ceil(x + radius));
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(mask.height - 1, Math.ceil(y + radius)); row++) {
    for (let column = left; column <= right; column++) {
      if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= radius) mask.cells[row * mask.width + column] = painted ? 1 : 0;
    }
  }
}
