// Boxes and polygons between the API's fractions of a picture and pixels of it; and a box from four numbers.
import type { Box, Polygon, Shape } from "./reviewing";

export type Outline = Box | Polygon;

export interface Size {
  width: number;
  height: number;
}

/** A drawn outline in pixels: a rectangle that stands straight, or corners. */
export type Drawn =
  | { type: "RECTANGLE"; geometry: { x: number; y: number; w: number; h: number; rot?: number } }
  | { type: "POLYGON"; geometry: { points: number[][] } };

export function isOutline(shape: Shape): shape is Outline {
  return shape.type !== "rle";
}

/** The outline as a drawing tool wants it, with its bounds. */
export function toDrawn(outline: Outline, size: Size) {
  if (outline.type === "box") {
    const [x, y] = [outline.x * size.width, outline.y * size.height];
    const [w, h] = [outline.width * size.width, outline.height * size.height];
    return { type: "RECTANGLE" as const, geometry: { x, y, w, h, bounds: bounds([[x, y], [x + w, y + h]]) } };
  }
  const points = outline.points.map(([x, y]) => [x * size.width, y * size.height]);
  return { type: "POLYGON" as const, geometry: { points, bounds: bounds(points) } };
}

/** What was drawn, kept within the picture; undefined where nothing is left of it. */
export function fromDrawn(drawn: Drawn, size: Size, label = "lesion"): Outline | undefined {
  if (drawn.type === "RECTANGLE") {
    const { x, y, w, h, rot } = drawn.geometry;
    if (rot) return polygonOf(turned(drawn.geometry, rot), size, label);
    return boxOf({ x: x / size.width, y: y / size.height, width: w / size.width, height: h / size.height }, label);
  }
  return polygonOf(drawn.geometry.points, size, label);
}

/** A box from fractions, cut at the picture's edges. */
export function boxOf(asked: { x: number; y: number; width: number; height: number }, label = "lesion"): Box | undefined {
  const [left, top] = [fraction(asked.x), fraction(asked.y)];
  const [right, bottom] = [fraction(asked.x + asked.width), fraction(asked.y + asked.height)];
  if (right - left < 1e-3 || bottom - top < 1e-3) return undefined;
  return { type: "box", x: left, y: top, width: round(right - left), height: round(bottom - top), label };
}

function polygonOf(points: number[][], size: Size, label: string): Polygon | undefined {
  const inside = points.map(([x = 0, y = 0]): [number, number] => [fraction(x / size.width), fraction(y / size.height)]);
  return inside.length < 3 ? undefined : { type: "polygon", points: inside, label };
}

function turned({ x, y, w, h }: { x: number; y: number; w: number; h: number }, angle: number): number[][] {
  const [middleX, middleY, cos, sin] = [x + w / 2, y + h / 2, Math.cos(angle), Math.sin(angle)];
  return [[-w, -h], [w, -h], [w, h], [-w, h]].map(([across = 0, down = 0]) => [
    middleX + (across * cos - down * sin) / 2,
    middleY + (across * sin + down * cos) / 2,
  ]);
}

function bounds(points: number[][]) {
  const [xs, ys] = [points.map(([x = 0]) => x), points.map(([, y = 0]) => y)];
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

function fraction(value: number): number {
  return round(Math.min(1, Math.max(0, value)));
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
