// Where one is within a page: the part after the # in its address, so that Back, Forward and bookmarks work.
import { signal } from "@preact/signals";

export const place = signal<readonly string[]>(read());

addEventListener("hashchange", () => (place.value = read()));

export function go(...parts: readonly string[]): void {
  location.hash = `/${parts.map(encodeURIComponent).join("/")}`;
}

function read(): readonly string[] {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}
