// The groups of the statistics are named as people and doctors know them, not by their codes.
import { beforeAll, expect, it } from "vitest";

import type { ReviewWords } from "../../src/model/reviewing";
import { groupName } from "../../src/pages/admin/groups";
import { need, switchLocale } from "../../src/words/words";

const terms = { diagnoses: { mel: "Melanoma" } } as unknown as ReviewWords;

beforeAll(async () => {
  await Promise.all([need("admin"), need("check")]);
});

it.each([
  ["class", "mel", "Melanoma"],
  ["class", "not_skin", "No skin seen"],
  ["tier", "routine", "With an appointment"],
  ["age", "18 to 29", "18 to 29"],
  ["age", "80 and over", "80 and over"],
  ["site", "not given", "Not said"],
  ["region", "TW-TPE", "Taiwan · Taipei City"],
  ["region", "DE", "Germany"],
  ["week", "2026-W47", "2026-W47"],
] as const)("calls %s %s “%s”", (dimension, value, name) => expect(groupName(dimension, value, terms)).toBe(name));

it("speaks the chosen language", async () => {
  await switchLocale("zh-TW");
  expect(groupName("region", "TW-TPE", terms)).toBe("台灣 · 臺北市");
  expect(groupName("age", "80 and over", terms)).toBe("80 歲以上");
});
