// What doctors read and say, in the API's own words.
import type { Schemas, Whole } from "./api";

export type ImageView = Whole<Schemas["ImageView"]>;
export type ImageSummary = Whole<Schemas["ImageSummary"]>;
export type Findings = Whole<Schemas["Findings"]>;
export type Draft = Whole<Schemas["Draft"]>;
export type Box = Whole<Schemas["Box"]>;
export type Polygon = Whole<Schemas["Polygon"]>;
export type Shape = Findings["shapes"][number];
export type Runs = Extract<Shape, { type: "rle" }>;
export type Diagnosis = NonNullable<Findings["diagnosis"]>;
export type ReviewWords = Schemas["ReviewWords"];

/** The seven classes of the disease model, in its own order: keys 1 to 7. */
export const SEVEN = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"] as const satisfies readonly Diagnosis[];

export const NOTHING_SAID: Findings = {
  diagnosis: null,
  certainty: "probable", // a plain reading then takes a diagnosis and Enter; whoever is surer, or less sure, says so
  confirmed_by: "single contributor clinical assessment",
  site: "unknown",
  notes: "",
  shapes: [],
};

/** What an image begins with: the draft that was kept, or nothing but what is known of it already. */
export function findingsOf(image: ImageView): Findings {
  return image.draft?.findings ?? { ...NOTHING_SAID, site: image.site };
}

/** The name of a code in the reader's language; a code that is newer than the words stands for itself. */
export function named(names: Readonly<Record<string, string>>, code: string): string {
  return names[code] ?? code;
}
