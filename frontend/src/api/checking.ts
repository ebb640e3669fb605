// What the check page asks of the server.
import type { AssessRequest, Assessment, Crop } from "../model/api";
import type { Draft, Sending } from "../model/draft";
import { rounded } from "../model/crop";
import { ask } from "./ask";
import { Problem } from "./problem";
import { upload } from "./upload";

const LONGEST_WAIT_MS = 30_000;

/** Sends one lesion's photos and what was said of it; the key makes sending it twice the same as once. */
export async function assess(
  draft: Draft,
  sending: Sending,
  encode: (picture: Blob) => Promise<string>,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Assessment> {
  const images = await Promise.all(
    sending.photos.map(async ({ picture, crop }) => ({ image: await encode(picture), crop: rounded(crop) })),
  );
  const body: AssessRequest = {
    images,
    explain: true,
    outline: true,
    locale: sending.locale,
    store_image: draft.consent.store,
    train_consent: draft.consent.train,
    ...(Object.keys(draft.answers).length > 0 ? { answers: draft.answers } : {}),
    ...(draft.story.trim() ? { story: draft.story.trim() } : {}),
  };
  return upload("/api/assess", { body, headers: { "Idempotency-Key": sending.key }, onProgress, signal });
}

/** Deletes a case; one that is gone already is deleted. */
export async function forget(id: string, token: string): Promise<void> {
  await ask("delete", "/api/cases/{case_id}", { path: { case_id: id }, headers: { "X-Case-Token": token } }).catch(
    (error: unknown) => {
      if (!(error instanceof Problem && error.status === 404)) throw error;
    },
  );
}

/** Where the spot lies, as the mask sees it; null where it cannot be told. */
export async function outlineCrop(image: string): Promise<Crop | null> {
  const { outline } = await ask("post", "/api/outline", { body: { image } });
  return outline.status === "outlined" ? (outline.crop ?? null) : null;
}

/** Waits until the connection is back or the server had time to recover; at once when told to hurry. */
export function recovery(attempt: number, hurry: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = Math.min(LONGEST_WAIT_MS, 2000 * 2 ** attempt);
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    addEventListener("online", done);
    hurry.addEventListener("abort", done);
  });
}
