// From a file to a clean picture: decoded upright, scaled, encoded anew, so that no metadata survives.
import type { Crop } from "../model/api";
import type { Size } from "../model/crop";
import { Unreadable } from "../model/unreadable";
import { MEASURED_SIDE, type Pixels } from "../model/quality";

export interface Picture extends Size {
  blob: Blob;
}

const LONGEST_SIDE = 2400;
const QUALITY = 0.9;

/** Reads what a person chose; EXIF orientation is applied and everything but the pixels is left behind. */
export async function readPhoto(file: Blob): Promise<Picture> {
  const bitmap = await decoded(file);
  try {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const size = { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) };
    return { ...size, blob: await encoded(bitmap, { x: 0, y: 0, width: 1, height: 1 }, size) };
  } finally {
    bitmap.close();
  }
}

/** A part of a picture, no side longer than asked, encoded anew. */
export async function cutOut(picture: Blob, part: Crop, longest: number): Promise<Picture> {
  const bitmap = await createImageBitmap(picture);
  try {
    const [width, height] = [bitmap.width * part.width, bitmap.height * part.height];
    const scale = Math.min(1, longest / Math.max(width, height));
    const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    return { ...size, blob: await encoded(bitmap, part, size) };
  } finally {
    bitmap.close();
  }
}

/** The looked-at square at the size quality is measured at. */
export function measuredPixels(source: CanvasImageSource, whole: Size, part: Crop): Pixels {
  const { canvas, context } = paper({ width: MEASURED_SIDE, height: MEASURED_SIDE });
  draw(context, source, whole, part, { width: canvas.width, height: canvas.height });
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Base64 without a prefix, as the API takes it. */
export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

async function decoded(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return fromHeic(file);
  }
}

/** Only Safari reads HEIC by itself; everyone else loads the decoder, once there is such a file. */
async function fromHeic(file: Blob): Promise<ImageBitmap> {
  const { heicTo, isHeic } = await import("heic-to/csp");
  const named = file instanceof File ? file : new File([file], "photo");
  if (!(await isHeic(named))) throw new Unreadable();
  try {
    return await createImageBitmap(await heicTo({ blob: file, type: "image/jpeg", quality: 0.95 }));
  } catch {
    throw new Unreadable();
  }
}

async function encoded(bitmap: ImageBitmap, part: Crop, size: Size): Promise<Blob> {
  const { canvas, context } = paper(size);
  draw(context, bitmap, bitmap, part, size);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Unreadable();
  return blob;
}

function draw(context: CanvasRenderingContext2D, source: CanvasImageSource, whole: Size, part: Crop, size: Size): void {
  const [x, y] = [part.x * whole.width, part.y * whole.height];
  context.drawImage(source, x, y, part.width * whole.width, part.height * whole.height, 0, 0, size.width, size.height);
}

function paper({ width, height }: Size): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Unreadable();
  context.fillStyle = "white"; // what was transparent
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  return { canvas, context };
}
