// What the exports part asks of the server: annotations on their way out and in.
import type { Schemas, Whole } from "../model/api";
import { endOf, momentOf } from "../model/days";
import { ask, askLarge } from "./ask";

export const FORMATS = {
  coco: "annotations.json",
  labelme: "labelme.zip",
  challenge: "ground_truth.csv",
  metadata: "metadata.csv",
  masks: "masks.zip",
  ndjson: "images.ndjson",
} as const;
export type Format = keyof typeof FORMATS;
export type Taken = Whole<Schemas["ImportReport"]>;

export interface Arrived {
  bytes: number;
  images: number;
}

export interface ExportWanted {
  format: Format;
  diagnosis?: string | undefined;
  site?: string | undefined;
  /** Days, the first and the last that count. */
  since?: string | undefined;
  until?: string | undefined;
}

const AT_ONCE = 100;

export function takeOut(wanted: ExportWanted, onProgress: (arrived: Arrived) => void, signal: AbortSignal): Promise<Blob> {
  const query = { ...wanted, since: momentOf(wanted.since), until: endOf(wanted.until) };
  return askLarge("/api/review/exports", { query, signal }, (bytes, head) =>
    onProgress({ bytes, images: Number(head.get("X-Total-Images") ?? 0) }),
  );
}

/** A file that says what it is by its members; null for one that is neither labelme's nor COCO's. */
export function read(text: string): { labelme: Schemas["LabelmeFile"] } | { coco: Schemas["CocoFile"] } | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof found !== "object" || found === null) return null;
  if ("shapes" in found) return { labelme: { ...(found as Schemas["LabelmeFile"]), imageData: null } }; // the picture is there already
  return "annotations" in found && "images" in found ? { coco: found as Schemas["CocoFile"] } : null;
}

export async function bringIn(files: readonly NonNullable<ReturnType<typeof read>>[]): Promise<Taken> {
  const labelme = files.flatMap((file) => ("labelme" in file ? [file.labelme] : []));
  const whole: Taken = { saved: 0, refused: 0, images: [] };
  const add = (report: Taken) => {
    whole.saved += report.saved;
    whole.refused += report.refused;
    whole.images.push(...report.images);
  };
  for (let at = 0; at < labelme.length; at += AT_ONCE)
    add(await ask("post", "/api/review/imports/labelme", { body: { files: labelme.slice(at, at + AT_ONCE) } }));
  for (const file of files) if ("coco" in file) add(await ask("post", "/api/review/imports/coco", { body: { coco: file.coco } }));
  return whole;
}
