// The words of the first screen, in all languages at once: waiting for them would delay what people see first.
import { computed, type ReadonlySignal } from "@preact/signals";

import en from "./en/start.json";
import ko from "./ko/start.json";
import type { Locale } from "./locale";
import { locale } from "./words";
import zh from "./zh-TW/start.json";

const START: Record<Locale, typeof en> = { en, "zh-TW": zh, ko };

export const startWords: ReadonlySignal<typeof en> = computed(() => START[locale.value]);
