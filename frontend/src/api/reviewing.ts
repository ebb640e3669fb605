// What the review page asks of the server.
import type { Draft, Findings, ImageSummary, ImageView, ReviewWords } from "../model/reviewing";
import { endOf, momentOf } from "../model/days";
import type { Locale } from "../words/locale";
import { ask, askBlob } from "./ask";
import { Problem } from "./problem";

const IMAGE = "/api/review/images/{image}";

export interface QueuePage {
  images: ImageSummary[];
  after: string;
  counts: Record<string, number>;
}

export function reviewWords(locale: Locale): Promise<ReviewWords> {
  return ask("get", "/api/review/words", { query: { locale } });
}

export function queue(locale: Locale, after = "", limit = 50): Promise<QueuePage> {
  return ask("get", "/api/review/queue", { query: { locale, after, limit } });
}

export interface Wanted {
  id?: string;
  state?: string;
  diagnosis?: string;
  site?: string;
  since?: string;
  until?: string;
}

export function search(wanted: Wanted, locale: Locale, after = ""): Promise<QueuePage> {
  const exact = { ...wanted, since: momentOf(wanted.since), until: endOf(wanted.until) };
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value));
  return ask("get", "/api/review/images", { query: { ...given, locale, after, limit: 100 } });
}

/** The next image to read; null where nothing waits for this doctor. */
export async function takeNext(locale: Locale, skip: readonly string[]): Promise<ImageView | null> {
  return (await ask("post", "/api/review/queue/next", { body: { locale, skip: [...skip] } })).image;
}

/** This very image: held to be read where it can be, seen where it cannot. */
export async function open(image: string, locale: Locale): Promise<ImageView> {
  try {
    return await ask("post", `${IMAGE}/lease`, { path: { image }, body: { locale } });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 409)) throw error;
    return ask("get", IMAGE, { path: { image }, query: { locale } });
  }
}

export function picture(image: string): Promise<Blob> {
  return askBlob(`${IMAGE}/picture`, { path: { image } });
}

/** The whole case as a FHIR R4 bundle; for those who have read what is to be read of it. */
export function caseAsFhir(case_: string, locale: Locale): Promise<Blob> {
  return askBlob("/api/review/cases/{case}/fhir", { path: { case: case_ }, query: { locale } });
}

export function saveDraft(image: string, findings: Findings, version: number, locale: Locale): Promise<Draft> {
  return ask("put", `${IMAGE}/draft`, { path: { image }, body: { findings, version, locale, seconds: null } });
}

export function submit(image: string, findings: Findings, version: number, seconds: number, locale: Locale): Promise<ImageView> {
  return ask("post", `${IMAGE}/reading`, { path: { image }, body: { findings, version, locale, seconds } });
}

export function amend(image: string, findings: Findings, version: number, locale: Locale): Promise<ImageView> {
  return ask("put", `${IMAGE}/reading`, { path: { image }, body: { findings, version, locale, seconds: null } });
}

export function confirm(image: string, annotator: string, locale: Locale): Promise<ImageView> {
  return ask("post", "/api/review/images/{image}/readings/{annotator}/confirmation", {
    path: { image, annotator },
    body: { locale },
  });
}

/** What a failed save means: another version stands against it, or it may go through later. */
export function judge(error: unknown): { again: boolean; theirs?: Draft } {
  if (!(error instanceof Problem)) return { again: false };
  const theirs = error.members["theirs"] as Draft | undefined;
  return error.status === 409 && theirs ? { again: false, theirs } : { again: error.passing };
}
