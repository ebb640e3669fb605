// Frames stay square, inside the picture, and travel to the server as the same place in the part that is sent.
import { describe, expect, it } from "vitest";

import type { Crop } from "../src/model/api";
import { centreSquare, moved, rounded, scaled, sentPart, squareAt, squared } from "../src/model/crop";

const WIDE = { width: 1600, height: 900 };

function expectInside(crop: Crop) {
  for (const value of [crop.x, crop.y]) expect(value).toBeGreaterThanOrEqual(0);
  expect(crop.x + crop.width).toBeLessThanOrEqual(1 + 1e-9);
  expect(crop.y + crop.height).toBeLessThanOrEqual(1 + 1e-9);
}

function expectSquare(crop: Crop) {
  expect(crop.width * WIDE.width).toBeCloseTo(crop.height * WIDE.height, 6);
}

describe("a frame", () => {
  it.each([
    ["the centre", centreSquare(WIDE)],
    ["far outside", squareAt({ x: 3, y: -1 }, 0.4, WIDE)],
    ["larger than the picture", squareAt({ x: 0.5, y: 0.5 }, 9, WIDE)],
    ["vanishing", squareAt({ x: 0.2, y: 0.9 }, 0, WIDE)],
    ["moved to the edge", moved(centreSquare(WIDE), WIDE, 5, 5)],
    ["made from a flat rectangle", squared({ x: 0, y: 0.4, width: 0.5, height: 0.1 }, WIDE)],
  ])("is square and inside the picture: %s", (_name, crop) => {
    expectInside(crop);
    expectSquare(crop);
  });

  it("is back where it was after there and back", () => {
    const crop = squareAt({ x: 0.5, y: 0.5 }, 0.4, WIDE);
    const back = scaled(moved(scaled(moved(crop, WIDE, 0.1, 0), WIDE, 2), WIDE, -0.05, 0), WIDE, 0.5);
    expect(back.x).toBeCloseTo(crop.x, 6);
    expect(back.width).toBeCloseTo(crop.width, 6);
  });
});

describe("what is sent", () => {
  it.each([
    { x: 0.4, y: 0.4, width: 0.2, height: 0.2 },
    { x: 0, y: 0, width: 0.1, height: 0.3 },
    { x: 0.9, y: 0.8, width: 0.1, height: 0.2 },
    { x: 0, y: 0, width: 1, height: 1 },
  ])("is a part around the frame, in which the frame is the same place: %o", (crop) => {
    const sent = sentPart(crop);
    expectInside(sent.part);
    expectInside(sent.crop);
    expect(sent.part.x + sent.crop.x * sent.part.width).toBeCloseTo(crop.x, 9);
    expect(sent.part.y + sent.crop.y * sent.part.height).toBeCloseTo(crop.y, 9);
    expect(sent.crop.width * sent.part.width).toBeCloseTo(crop.width, 9);
  });

  it("never reaches beyond the picture by a rounding", () => {
    const crop = rounded({ x: 0.333337, y: 0.7, width: 0.666669, height: 0.3000001 });
    expect(crop.x + crop.width).toBeLessThanOrEqual(1 + 1e-6);
    expect(crop.y + crop.height).toBeLessThanOrEqual(1 + 1e-6);
  });
});
