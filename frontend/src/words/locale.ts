// Which languages there are, and which one a person's browser asks for.
export const LOCALES = ["en", "zh-TW", "ko"] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language's own name for itself, as a switch shows it. */
export const OWN_NAMES: Record<Locale, string> = { en: "English", "zh-TW": "繁體中文", ko: "한국어" };

/** The first asked-for language that we have; every kind of Chinese is answered in the one we have. */
export function nearest(asked: readonly string[]): Locale {
  for (const tag of asked) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "zh") return "zh-TW";
    const found = LOCALES.find((locale) => locale === primary);
    if (found) return found;
  }
  return "en";
}

export function isLocale(tag: string | null): tag is Locale {
  return LOCALES.some((locale) => locale === tag);
}
