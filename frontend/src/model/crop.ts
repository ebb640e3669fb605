// Rectangles in fractions of an upright picture: squares around a spot, moved, resized and kept inside.
import type { Crop } from "./api";

export interface Size {
  width: number;
  height: number;
}

const SMALLEST = 0.06; // of the picture's shorter side
/** How much of its surroundings goes along with a crop: enough for the outline, little enough to stay private. */
const SURROUND = 1.6;

/** A square of pixels around a middle, as large as asked where the picture has room, and wholly inside. */
export function squareAt(centre: { x: number; y: number }, share: number, picture: Size): Crop {
  const shorter = Math.min(picture.width, picture.height);
  const side = Math.min(1, Math.max(SMALLEST, share)) * shorter;
  const width = side / picture.width;
  const height = side / picture.height;
  return { x: within(centre.x - width / 2, 1 - width), y: within(centre.y - height / 2, 1 - height), width, height };
}

/** The square to begin with where nothing better is known. */
export function centreSquare(picture: Size): Crop {
  return squareAt({ x: 0.5, y: 0.5 }, 0.7, picture);
}

/** The nearest square of pixels to any rectangle. */
export function squared(crop: Crop, picture: Size): Crop {
  return squareAt(centreOf(crop), shareOf(crop, picture), picture);
}

/** Moved by fractions of its own side. */
export function moved(crop: Crop, picture: Size, across: number, down: number): Crop {
  const { x, y } = centreOf(crop);
  return squareAt({ x: x + across * crop.width, y: y + down * crop.height }, shareOf(crop, picture), picture);
}

/** Grown or shrunk about its middle. */
export function scaled(crop: Crop, picture: Size, factor: number): Crop {
  return squareAt(centreOf(crop), shareOf(crop, picture) * factor, picture);
}

/** The part of the picture that is sent: the crop with some surround; and where the crop lies in that part. */
export function sentPart(crop: Crop): { part: Crop; crop: Crop } {
  const width = Math.min(1, crop.width * SURROUND);
  const height = Math.min(1, crop.height * SURROUND);
  const { x, y } = centreOf(crop);
  const part = { x: within(x - width / 2, 1 - width), y: within(y - height / 2, 1 - height), width, height };
  return {
    part,
    crop: {
      x: within((crop.x - part.x) / width, 1),
      y: within((crop.y - part.y) / height, 1),
      width: Math.min(1, crop.width / width),
      height: Math.min(1, crop.height / height),
    },
  };
}

/** How long a part's longer side is, in shorter sides of its picture. */
export function shareOf(part: Crop, picture: Size): number {
  const side = Math.max(part.width * picture.width, part.height * picture.height);
  return side / Math.min(picture.width, picture.height);
}

/** As much of another picture as such a part shows of its own, around a point of it. */
export function partAround(centre: { x: number; y: number }, share: number, picture: Size): Crop {
  const side = share * Math.min(picture.width, picture.height);
  const [width, height] = [Math.min(1, side / picture.width), Math.min(1, side / picture.height)];
  return { x: within(centre.x - width / 2, 1 - width), y: within(centre.y - height / 2, 1 - height), width, height };
}

/** A crop as it may be sent: rounded, and never beyond the picture by a rounding. */
export function rounded(crop: Crop): Crop {
  const round = (value: number) => Math.round(value * 1e5) / 1e5;
  const x = round(crop.x);
  const y = round(crop.y);
  return { x, y, width: Math.min(round(crop.width), round(1 - x)), height: Math.min(round(crop.height), round(1 - y)) };
}

export function centreOf(crop: Crop): { x: number; y: number } {
  return { x: crop.x + crop.width / 2, y: crop.y + crop.height / 2 };
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
