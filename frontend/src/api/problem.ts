// What went wrong, as RFC 9457 tells it, and the words for it in the reader's language.
import type { SharedWords } from "../words/words";

interface Told {
  code: string;
  status: number;
  detail?: string | undefined;
  requestId?: string | undefined;
  members?: Record<string, unknown> | undefined;
}

/** A request that did not succeed. `members` holds whatever else the problem carried. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(told: Told) {
    super(told.detail ?? told.code);
    this.name = "Problem";
    this.code = told.code;
    this.status = told.status;
    this.detail = told.detail ?? "";
    this.requestId = told.requestId ?? "";
    this.members = told.members ?? {};
  }

  /** True where sending the same again may succeed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads an error answer; one that is no problem+json (a proxy's page) is an internal failure. */
export function problemOf(status: number, text: string): Problem {
  try {
    const { code, detail, request_id: requestId, ...members } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code !== "string") return new Problem({ code: "internal", status });
    return new Problem({
      code,
      status,
      detail: typeof detail === "string" ? detail : undefined,
      requestId: typeof requestId === "string" ? requestId : undefined,
      members,
    });
  } catch {
    return new Problem({ code: "internal", status });
  }
}

/** One sentence for people, and the number to quote where the failure is ours. */
export function explain(error: unknown, words: SharedWords): { text: string; id: string } {
  if (!(error instanceof Problem)) return { text: words.problems.internal, id: "" };
  const known: Record<string, string> = words.problems;
  return { text: known[error.code] ?? words.problems.internal, id: error.status >= 500 ? error.requestId : "" };
}
