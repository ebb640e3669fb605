// A message that stands in the page: its tone is told by colour, by a sign and by its words.
import type { ComponentChildren } from "preact";

export type Tone = "info" | "calm" | "care" | "alarm";
const SIGNS: Record<Tone, string> = { info: "ℹ", calm: "✓", care: "!", alarm: "‼" };

interface NoticeProps {
  tone?: Tone;
  title?: string | undefined;
  live?: boolean;
  children?: ComponentChildren;
}

export function Notice({ tone = "info", title, live = false, children }: NoticeProps) {
  return (
    <div class="notice" data-tone={tone} role={live ? (tone === "alarm" ? "alert" : "status") : undefined}>
      {title && (
        <p>
          <strong>
            <span aria-hidden="true">{SIGNS[tone]} </span>
            {title}
          </strong>
        </p>
      )}
      {children}
    </div>
  );
}
