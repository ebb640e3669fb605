// A check that was answered, as the device remembers it; nobody else has this list.
import type { Assessment } from "./api";
import type { SentPhoto } from "./draft";

export interface PastCheck {
  id: string;
  /** The case's secret on the server; null where the server kept nothing. */
  token: string | null;
  at: string;
  assessment: Assessment;
  /** Whether the person agreed that the server keeps the photos. */
  stored: boolean;
  photos: readonly SentPhoto[];
}
