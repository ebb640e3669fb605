// Outlines keep their place between fractions and pixels, and never leave the picture.
import { expect, it } from "vitest";

import { boxOf, fromDrawn, toDrawn, type Outline } from "../../src/model/outline";

const SIZE = { width: 600, height: 450 };
const BOX: Outline = { type: "box", x: 0.25, y: 0.2, width: 0.5, height: 0.4, label: "lesion" };
const TRIANGLE: Outline = { type: "polygon", points: [[0.1, 0.1], [0.9, 0.2], [0.5, 0.8]], label: "ulcer" };

it.each([BOX, TRIANGLE])("goes there and back: $type", (outline) => {
  expect(fromDrawn(toDrawn(outline, SIZE), SIZE, outline.label)).toEqual(outline);
});

it("knows its bounds", () => {
  expect(toDrawn(BOX, SIZE).geometry.bounds).toEqual({ minX: 150, minY: 90, maxX: 450, maxY: 270 });
});

it("cuts at the edges", () => {
  expect(boxOf({ x: -0.5, y: 0.9, width: 1, height: 0.5 })).toMatchObject({ x: 0, width: 0.5, y: 0.9, height: 0.1 });
});

it("drops what has no extent", () => {
  expect(boxOf({ x: 1.2, y: 0, width: 0.5, height: 1 })).toBeUndefined();
  expect(fromDrawn({ type: "POLYGON", geometry: { points: [[1, 1], [2, 2]] } }, SIZE)).toBeUndefined();
});

it("turns a turned rectangle into its corners", () => {
  const turned = fromDrawn({ type: "RECTANGLE", geometry: { x: 200, y: 200, w: 100, h: 50, rot: Math.PI / 2 } }, SIZE);
  expect(turned).toMatchObject({ type: "polygon" });
  expect(turned?.type === "polygon" && turned.points[0]?.[0]).toBeCloseTo(275 / 600, 4);
});
