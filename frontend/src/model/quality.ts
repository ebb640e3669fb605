// What a browser can tell of a photo before it is sent: sharpness, light, contrast and size, as the server measures them.
import { quality as LIMITS } from "../../../functions/models/disease/manifest.json";
import type { IssueCode } from "./api";

/** Pixels as a canvas gives them: red, green, blue and opacity, row by row. */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

export interface Measures {
  sharpness: number;
  brightness: number;
  contrast: number;
  clipped: number;
}

/** The side of the square that `measure` is made for: the server measures at the same. */
export const MEASURED_SIDE = 112;
const DARK = 12;
const BRIGHT = 247;

/** Measures the looked-at square, brought to MEASURED_SIDE pixels. */
export function measure(pixels: Pixels): Measures {
  const grey = greyOf(pixels);
  const centre = middle(grey, pixels.width, pixels.height);
  const brightness = mean(centre);
  return {
    sharpness: Math.log10(variance(laplacian(grey, pixels.width, pixels.height)) + 1e-3),
    brightness,
    contrast: Math.sqrt(variance(centre)),
    clipped: centre.filter((value) => value < DARK || value > BRIGHT).length / centre.length,
  };
}

/** What is wrong with a photo whose looked-at square has `side` pixels of its own, the gravest kind first. */
export function issues(measures: Measures, side: number): IssueCode[] {
  const found: Partial<Record<IssueCode, boolean>> = {
    too_small: side < LIMITS.min_side,
    too_dark: measures.brightness < LIMITS.min_brightness,
    too_bright: measures.brightness > LIMITS.max_brightness,
    clipped: measures.clipped > LIMITS.max_clipped,
    low_contrast: measures.contrast < LIMITS.min_contrast,
    blurred: measures.sharpness < LIMITS.min_sharpness,
  };
  return (Object.keys(found) as IssueCode[]).filter((code) => found[code]);
}

function greyOf({ data, width, height }: Pixels): number[] {
  return Array.from({ length: width * height }, (_unused, index) => {
    const at = index * 4;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
}

function laplacian(grey: number[], width: number, height: number): number[] {
  const found: number[] = [];
  const at = (row: number, column: number) => grey[row * width + column] ?? 0;
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++)
      found.push(
        4 * at(row, column) - at(row - 1, column) - at(row + 1, column) - at(row, column - 1) - at(row, column + 1),
      );
  return found;
}

function middle(grey: number[], width: number, height: number): number[] {
  const [left, top] = [Math.floor(width / 8), Math.floor(height / 8)];
  return grey.filter((_value, index) => {
    const [row, column] = [Math.floor(index / width), index % width];
    return row >= top && row < height - top && column >= left && column < width - left;
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function variance(values: number[]): number {
  const average = mean(values);
  return mean(values.map((value) => (value - average) ** 2));
}
