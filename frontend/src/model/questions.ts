// The form that may go with a photo: which questions there are, in which groups, with which choices.
import type { Schemas } from "./api";

export const SITES = [
  "scalp", "face", "eyelid", "lip", "mouth", "ear", "neck", "chest", "back", "abdomen", "arm", "hand", "palm", "leg",
  "foot", "sole", "nail", "genital", "elsewhere",
] as const;
export const SINCE = ["days", "weeks", "months", "years", "birth"] as const;
export const SEXES = ["female", "male", "other"] as const;
export const SKIN_TYPES = [1, 2, 3, 4, 5, 6] as const;

/** Questions about the spot that are answered with yes or no. */
export const SPOT_SIGNS = [
  "changed_size", "changed_shape", "changed_colour", "growing_fast", "bleeding", "not_healing", "itch_or_pain",
  "inflammation", "over_7_mm", "hard_crust",
] as const;
export const PERSON_SIGNS = ["past_skin_cancer", "weak_immunity"] as const;

export type Sign = (typeof SPOT_SIGNS)[number] | (typeof PERSON_SIGNS)[number];
type Wire = Schemas["Answers"];
/** The form as far as it was filled in; what was not asked is not there. */
export type Answers = { [Name in keyof Omit<Wire, "skin_type">]?: NonNullable<Wire[Name]> } & {
  skin_type?: (typeof SKIN_TYPES)[number];
};

export const LONGEST_STORY = 2000;
export const OLDEST = 120;

/** The form as the server gives it back, without what was not answered. */
export function filled(wire: Wire): Answers {
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== null));
}

/** Sets one answer; undefined takes it back, as if never asked. */
export function answered<K extends keyof Answers>(answers: Answers, name: K, value: Answers[K] | undefined): Answers {
  if (value !== undefined) return { ...answers, [name]: value };
  return Object.fromEntries(Object.entries(answers).filter(([key]) => key !== name));
}

/** The age a person typed; undefined for nothing, null for what is no age. */
export function ageOf(text: string): number | null | undefined {
  if (text.trim() === "") return undefined;
  const age = Number(text);
  return Number.isInteger(age) && age >= 0 && age <= OLDEST ? age : null;
}
