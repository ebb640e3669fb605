// Short messages that pass by themselves; nothing that matters is told by them alone.
import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
}

const SHOWN_MS = 6000;
let last = 0;

export const toasts = signal<readonly Toast[]>([]);

export function say(text: string): void {
  const toast = { id: ++last, text };
  toasts.value = [...toasts.value, toast];
  setTimeout(() => {
    toasts.value = toasts.value.filter((shown) => shown !== toast);
  }, SHOWN_MS);
}
