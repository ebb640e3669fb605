// The frame around every page: skip link, name, language and theme switches, footer.
import type { ComponentChildren } from "preact";

import { theme, THEMES, type Theme } from "../state/theme";
import { isLocale, LOCALES, OWN_NAMES } from "../words/locale";
import { locale, shared, switchLocale } from "../words/words";
import { Toasts } from "./Toasts";

export function Frame({ children, extra }: { children: ComponentChildren; extra?: ComponentChildren }) {
  const words = shared.value.frame;
  return (
    <div class="frame">
      <a class="skip unseen" href="#main" onClick={skip}>
        {words.skip}
      </a>
      <header class="frame-head">
        <a class="frame-name" href="/">
          <Mark />
          {words.name}
        </a>
        {extra}
        <LanguageSwitch />
      </header>
      <main class="frame-main" id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="frame-foot">
        <span>{words.no_diagnosis}</span>
        <a href="/review">{words.to_review}</a>
        <a href="/admin">{words.to_admin}</a>
        <ThemeSwitch />
      </footer>
      <Toasts />
    </div>
  );
}

/** Goes to the content without changing the address: that says which step or which image is shown. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="14" fill="none" stroke="currentColor" stroke-width="3" />
      <circle cx="16" cy="16" r="6" fill="currentColor" />
    </svg>
  );
}

function LanguageSwitch() {
  const choose = (tag: string) => {
    if (isLocale(tag)) void switchLocale(tag);
  };
  return (
    <select
      class="select select-small"
      aria-label={shared.value.frame.language}
      value={locale.value}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {LOCALES.map((tag) => (
        <option key={tag} value={tag} lang={tag}>
          {OWN_NAMES[tag]}
        </option>
      ))}
    </select>
  );
}

function ThemeSwitch() {
  const words = shared.value.frame;
  const names: Record<Theme, string> = { auto: words.theme_auto, light: words.theme_light, dark: words.theme_dark };
  const choose = (name: string) => {
    theme.value = THEMES.find((known) => known === name) ?? "auto";
  };
  return (
    <select
      class="select select-small"
      aria-label={words.theme}
      value={theme.value}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {THEMES.map((name) => (
        <option key={name} value={name}>
          {names[name]}
        </option>
      ))}
    </select>
  );
}
