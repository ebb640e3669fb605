// The browser tells a blurred, dark, bright or tiny photo before it is sent, and lets a good one pass.
import { expect, it } from "vitest";

import { issues, measure, MEASURED_SIDE, type Pixels } from "../src/model/quality";

const ENOUGH = 500;

function picture(grey: (row: number, column: number) => number): Pixels {
  const data = new Uint8ClampedArray(MEASURED_SIDE * MEASURED_SIDE * 4);
  for (let index = 0; index < MEASURED_SIDE * MEASURED_SIDE; index++) {
    const value = grey(Math.floor(index / MEASURED_SIDE), index % MEASURED_SIDE);
    data.set([value, value, value, 255], index * 4);
  }
  return { data, width: MEASURED_SIDE, height: MEASURED_SIDE };
}

const spot = (row: number, column: number) => (Math.hypot(row - 56, column - 56) < 25 ? 90 : 180);
const grain = (row: number, column: number) => ((row * 7919 + column * 104729) % 17) - 8;
const soft = (row: number, column: number) => 150 + 30 * Math.sin(row / 30) * Math.cos(column / 30);

it.each([
  ["a sharp spot", picture((row, column) => spot(row, column) + grain(row, column)), ENOUGH, []],
  ["nothing but a slow gradient", picture(soft), ENOUGH, ["blurred"]],
  ["a dark photo", picture((row, column) => 10 + (spot(row, column) + grain(row, column)) / 7), ENOUGH, ["too_dark"]],
  ["a bright photo", picture((row, column) => 226 + (((row >> 1) + (column >> 1)) % 2) * 20), ENOUGH, ["too_bright"]],
  ["black and white", picture((row, column) => ((row >> 3) + (column >> 3)) % 2 * 255), ENOUGH, ["clipped"]],
  ["a blank wall", picture(() => 128), ENOUGH, ["low_contrast", "blurred"]],
  ["too few pixels", picture((row, column) => spot(row, column) + grain(row, column)), 40, ["too_small"]],
])("finds what is wrong with %s", (_name, pixels, side, expected) => {
  expect(issues(measure(pixels), side)).toEqual(expected);
});
