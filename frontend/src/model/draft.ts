// What a person has entered so far: kept on the device until it is answered or thrown away.
import type { Crop, IssueCode } from "./api";
import type { Size } from "./crop";
import type { Answers } from "./questions";

export const MOST_PHOTOS = 3;

/** One photo, already upright and without metadata. */
export interface DraftPhoto extends Size {
  id: string;
  picture: Blob;
  crop: Crop;
  /** Where the crop came from, so that a proposal never overwrites what a person has set. */
  cropBy: "centre" | "proposal" | "person";
  issues: readonly IssueCode[];
}

export interface Consent {
  store: boolean;
  train: boolean;
}

/** A photo as it was sent: the part around the crop, and where the crop lies in it. */
export interface SentPhoto extends Size {
  picture: Blob;
  crop: Crop;
  /** How large that part was, in shorter sides of the whole photo: a later photo is cut alike to be compared with it. */
  share: number;
}

/** Set once sending began: the very same request can then be sent again, without being kept twice. */
export interface Sending {
  key: string;
  locale: string;
  photos: readonly SentPhoto[];
}

export interface Draft {
  photos: readonly DraftPhoto[];
  answers: Answers;
  story: string;
  consent: Consent;
  sending: Sending | null;
}

export const EMPTY: Draft = {
  photos: [],
  answers: {},
  story: "",
  consent: { store: false, train: false },
  sending: null,
};

/** Any change makes another request of it, which needs another key. */
export function changed(draft: Draft, change: Partial<Omit<Draft, "sending">>): Draft {
  const next = { ...draft, ...change, sending: null };
  return next.consent.store ? next : { ...next, consent: { store: false, train: false } };
}

export function withPhoto(draft: Draft, photo: DraftPhoto): Draft {
  const known = draft.photos.some((one) => one.id === photo.id);
  const photos = known
    ? draft.photos.map((one) => (one.id === photo.id ? photo : one))
    : [...draft.photos, photo].slice(0, MOST_PHOTOS);
  return changed(draft, { photos });
}

export function withoutPhoto(draft: Draft, id: string): Draft {
  return changed(draft, { photos: draft.photos.filter((photo) => photo.id !== id) });
}
