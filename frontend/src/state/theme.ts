// Light, dark, or as the device says; kept on the device.
import { signal } from "@preact/signals";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
const CHOICE = "dermaloop.theme";

export const theme = signal<Theme>("auto");

/** Takes up the kept choice and shows every later one. */
export function followTheme(root: HTMLElement, kept: Storage): void {
  const before = read(kept);
  theme.value = THEMES.find((name) => name === before) ?? "auto";
  theme.subscribe((name) => {
    if (name === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = name;
    write(kept, name);
  });
}

function read(kept: Storage): string | null {
  try {
    return kept.getItem(CHOICE);
  } catch {
    return null; // storage may be forbidden
  }
}

function write(kept: Storage, name: Theme): void {
  try {
    kept.setItem(CHOICE, name);
  } catch {
    // the choice then lasts as long as the page
  }
}
