// Painted masks survive being written down, column after column as COCO reads them.
import { expect, it } from "vitest";

import { blankMask, decodeMask, encodeMask, isBlank, stroke } from "../../src/model/mask";

it("writes columns from the left, unpainted first", () => {
  const mask = { width: 3, height: 2, cells: Uint8Array.from([0, 1, 1, 0, 0, 1]) };
  expect(encodeMask(mask)).toEqual({ type: "rle", width: 3, height: 2, counts: [2, 1, 1, 2], label: "lesion" });
});

it("begins with an empty run where the first cell is painted", () => {
  expect(encodeMask({ width: 1, height: 2, cells: Uint8Array.from([1, 0]) }).counts).toEqual([0, 1, 1]);
});

it.each([[1, 1], [600, 450], [37, 2000]])("comes back from %i x %i as it was", (width, height) => {
  const mask = blankMask(width, height);
  stroke(mask, { x: 0, y: 0 }, { x: mask.width, y: mask.height }, 3, true);
  const runs = encodeMask(mask);
  expect(runs.counts.reduce((sum, length) => sum + length, 0)).toBe(mask.width * mask.height);
  expect(Buffer.compare(decodeMask(runs).cells, mask.cells)).toBe(0);
});

it("wipes what was painted, beyond the edges too", () => {
  const mask = blankMask(40, 40);
  stroke(mask, { x: -5, y: 20 }, { x: 45, y: 20 }, 4, true);
  expect(isBlank(mask)).toBe(false);
  stroke(mask, { x: -5, y: 20 }, { x: 45, y: 20 }, 6, false);
  expect(isBlank(mask)).toBe(true);
});
