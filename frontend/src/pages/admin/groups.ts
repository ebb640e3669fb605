// What the groups of the statistics are called: in the words that people and doctors read elsewhere on the site.
import type { ReviewWords } from "../../model/reviewing";
import { placeOf } from "../../model/regions";
import { fill, locale, wordsOf } from "../../words/words";

type Dimension = "class" | "tier" | "age" | "site" | "region" | "week";

/** A group as a person calls it; one that has no other name keeps its own. */
export function groupName(dimension: Dimension, value: string, terms: ReviewWords): string {
  const check = wordsOf("check").value;
  const own: Readonly<Record<string, string>> = wordsOf("admin").value.statistics.groups;
  const names: Partial<Record<Dimension, Readonly<Record<string, string>>>> = {
    class: terms.diagnoses,
    tier: check.tiers,
    site: check.sites,
  };
  const known = own[value] ?? names[dimension]?.[value];
  if (known !== undefined) return known;
  if (dimension === "age") return ageName(value);
  return dimension === "region" ? regionName(value, check.provinces) : value;
}

function ageName(band: string): string {
  const words = wordsOf("admin").value.statistics.ages;
  const [low = band, high] = band.match(/\d+/g) ?? [];
  return high === undefined ? fill(words.over, { low }) : fill(words.from, { low, high });
}

function regionName(region: string, provinces: Readonly<Record<string, string>>): string {
  const { country, province } = placeOf(region);
  const name = new Intl.DisplayNames(locale.value, { type: "region" }).of(country) ?? country;
  return province ? `${name} · ${provinces[province] ?? province}` : name;
}
