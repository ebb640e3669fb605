// What every page does first: styles, theme, the document's language, and the first drawing.
import "../styles/base.css";
import "../styles/parts.css";
import "../styles/dialogs.css";

import { effect } from "@preact/signals";
import { render, type ComponentChildren } from "preact";

import { followTheme } from "../state/theme";
import { locale, shared, type SharedWords } from "../words/words";

/** Draws a page into the document and keeps its title and language true. */
export function start(page: ComponentChildren, title: (words: SharedWords) => string): void {
  followTheme(document.documentElement, localStorage);
  effect(() => {
    document.documentElement.lang = locale.value;
    document.title = title(shared.value);
  });
  const root = document.getElementById("root");
  if (root) render(page, root);
}
