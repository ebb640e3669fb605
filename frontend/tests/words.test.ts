// The three languages say the same things, in the same places, and none is left untranslated.
import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { LOCALES, nearest } from "../src/words/locale";
import { fill } from "../src/words/words";

const FOLDER = new URL("../src/words/", import.meta.url);
const AREAS = readdirSync(new URL("en/", FOLDER));

function sentences(locale: string, area: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === "string") found.set(path, value);
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, path ? `${path}.${key}` : key);
  };
  walk(JSON.parse(readFileSync(new URL(`${locale}/${area}`, FOLDER), "utf-8")), "");
  return found;
}

const places = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();
/** What reads the same in every language: names, numbers, signs. */
const SAME = /^[\p{N}\p{P}\p{S}\s]*$|Dermaloop|^(ID|PDF|CSV|COCO|JSON|FHIR|IoU|AUC|ECE|OK|κ)$/u;

describe.each(AREAS)("the words of %s", (area) => {
  const english = sentences("en", area);

  it.each(LOCALES)("has every key in %s, with the same places to fill", (locale) => {
    const there = sentences(locale, area);
    expect([...there.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, sentence] of english) expect(places(there.get(key) ?? ""), key).toEqual(places(sentence));
    for (const [key, sentence] of there) expect(sentence.trim(), key).not.toBe("");
  });

  it.each(["zh-TW", "ko"])("is translated into %s", (locale) => {
    const there = sentences(locale, area);
    const same = [...english].filter(([key, sentence]) => there.get(key) === sentence && !SAME.test(sentence));
    expect(same.map(([key]) => key)).toEqual([]);
  });

  it("uses its own script in each language", () => {
    const all = (locale: string) => [...sentences(locale, area).values()].join("");
    expect(all("zh-TW")).not.toMatch(/\p{Script=Hangul}/u);
    expect(all("ko")).not.toMatch(/\p{Script=Han}/u);
    expect(all("en")).not.toMatch(/\p{Script=Han}|\p{Script=Hangul}/u);
  });
});

describe("choosing a language", () => {
  it.each([
    [["de-DE", "ko-KR", "en"], "ko"],
    [["zh-Hant-TW"], "zh-TW"],
    [["zh-CN", "en"], "zh-TW"],
    [["en-GB"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ])("answers %j with %s", (asked, given) => expect(nearest(asked)).toBe(given));

  it("fills places and leaves what it does not know", () => {
    expect(fill("{days} days, {other}", { days: 3 })).toBe("3 days, {other}");
  });
});
