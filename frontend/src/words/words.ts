// Every visible word: a small shared set at once in all languages, each page's own set when the page asks for it.
import { computed, signal, type ReadonlySignal } from "@preact/signals";

import type admin from "./en/admin.json";
import type check from "./en/check.json";
import type review from "./en/review.json";
import sharedEn from "./en/shared.json";
import sharedKo from "./ko/shared.json";
import { isLocale, nearest, type Locale } from "./locale";
import sharedZh from "./zh-TW/shared.json";

export type SharedWords = typeof sharedEn;
interface Areas {
  admin: typeof admin;
  check: typeof check;
  review: typeof review;
}
export type Area = keyof Areas;

const CHOICE = "dermaloop.locale";
const SHARED: Record<Locale, SharedWords> = { en: sharedEn, "zh-TW": sharedZh, ko: sharedKo };
const FILES = import.meta.glob<Areas[Area]>("./*/{admin,check,review}.json", { import: "default" });

const loaded = signal<ReadonlyMap<string, Areas[Area]>>(new Map());
const wanted = new Set<Area>();

export const locale = signal<Locale>(chosen());
export const shared: ReadonlySignal<SharedWords> = computed(() => SHARED[locale.value]);

/** A page's own words in the current language; `need` must have resolved before they are read. */
export function wordsOf<A extends Area>(area: A): ReadonlySignal<Areas[A]> {
  return computed(() => {
    const found = loaded.value.get(`./${locale.value}/${area}.json`);
    if (!found) throw new Error(`The words of ${area} are not loaded`);
    return found as Areas[A];
  });
}

/** Loads a page's words in the current language. */
export async function need(area: Area): Promise<void> {
  wanted.add(area);
  await load(area, locale.value);
}

/** Changes the language once every word that is in use is there, so that nothing flickers or mixes. */
export async function switchLocale(next: Locale): Promise<void> {
  await Promise.all([...wanted].map((area) => load(area, next)));
  remember(next);
  locale.value = next;
}

/** Puts values into a sentence's {places}. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

async function load(area: Area, language: Locale): Promise<void> {
  const path = `./${language}/${area}.json`;
  const read = FILES[path];
  if (!read || loaded.value.has(path)) return;
  const found = await read();
  loaded.value = new Map(loaded.value).set(path, found);
}

function chosen(): Locale {
  if (typeof navigator === "undefined") return "en";
  try {
    const kept = localStorage.getItem(CHOICE);
    if (isLocale(kept)) return kept;
  } catch {
    // storage may be forbidden: then the browser's language is all there is to go by
  }
  return nearest(navigator.languages);
}

function remember(language: Locale): void {
  try {
    localStorage.setItem(CHOICE, language);
  } catch {
    // the choice then lasts as long as the page
  }
}
