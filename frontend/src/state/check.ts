// One check of a spot, from the first photo to the answer; whatever it needs of the world is handed in.
import { computed, signal, type ReadonlySignal } from "@preact/signals";

import type { Assessment, Crop, IssueCode } from "../model/api";
import { centreSquare, squared, type Size } from "../model/crop";
import {
  changed,
  EMPTY,
  withoutPhoto,
  withPhoto,
  type Draft,
  type DraftPhoto,
  type Sending,
  type SentPhoto,
} from "../model/draft";
import type { PastCheck } from "../model/past";

export const STEPS = ["start", "photo", "questions", "send", "answer"] as const;
export type Step = (typeof STEPS)[number];

/** What may be opened below an answer. */
export const PANELS = ["article", "chat", "doctor", "compare", "reminder", "models"] as const;
export type Panel = (typeof PANELS)[number];

export type Phase =
  | { kind: "idle" }
  | { kind: "sending"; share: number }
  | { kind: "waiting"; error: unknown }
  | { kind: "failed"; error: unknown };

export interface Picture extends Size {
  blob: Blob;
}

/** What a check needs of the browser and the server. */
export interface World {
  drafts: { read: () => Promise<Draft | undefined>; write: (draft: Draft) => Promise<void>; clear: () => Promise<void> };
  past: { all: () => Promise<PastCheck[]>; put: (check: PastCheck) => Promise<void>; remove: (id: string) => Promise<void> };
  read: (file: Blob) => Promise<Picture>;
  inspect: (picture: Blob, crop: Crop) => Promise<IssueCode[]>;
  propose: (picture: Blob) => Promise<Crop | null>;
  cut: (photo: DraftPhoto) => Promise<SentPhoto>;
  send: (draft: Draft, sending: Sending, onProgress: (share: number) => void, signal: AbortSignal) => Promise<Assessment>;
  forget: (id: string, token: string) => Promise<void>;
  passing: (error: unknown) => boolean;
  /** Resolves once trying again makes sense, or at once when asked to hurry. */
  recovery: (attempt: number, hurry: AbortSignal) => Promise<void>;
  newId: () => string;
  locale: () => string;
}

export type Check = ReturnType<typeof createCheck>;

export function createCheck(world: World) {
  const draft = signal<Draft>(EMPTY);
  const step = signal<Step>("start");
  const phase = signal<Phase>({ kind: "idle" });
  const shown = signal<PastCheck | null>(null);
  const panel = signal<Panel | null>(null);
  const past = signal<readonly PastCheck[]>([]);
  const restored = signal(false);
  const reading = signal(0);
  let stop = new AbortController();
  let hurry = new AbortController();

  async function keep(next: Draft): Promise<void> {
    draft.value = next;
    await world.drafts.write(next).catch(() => undefined); // a browser that forbids storage still answers
  }

  /** Takes up what was left unfinished, sending included. */
  async function restore(): Promise<void> {
    past.value = await world.past.all().catch(() => []);
    const left = await world.drafts.read().catch(() => undefined);
    if (!left || left.photos.length === 0 || draft.value.photos.length > 0) return;
    draft.value = left;
    restored.value = true;
    step.value = left.sending ? "send" : "photo";
    if (left.sending) await send();
  }

  async function add(file: Blob): Promise<void> {
    reading.value += 1;
    try {
      const { blob, width, height } = await world.read(file);
      const crop = centreSquare({ width, height });
      const issues = await world.inspect(blob, crop);
      const photo: DraftPhoto = { id: world.newId(), picture: blob, width, height, crop, cropBy: "centre", issues };
      await keep(withPhoto(draft.value, photo));
      step.value = "photo";
      void suggest(photo);
    } finally {
      reading.value -= 1;
    }
  }

  /** Moves the crop to where the mask sees the spot, unless the person has set it meanwhile. */
  async function suggest(photo: DraftPhoto): Promise<void> {
    const proposed = await world.propose(photo.picture).catch(() => null);
    const now = draft.value.photos.find((one) => one.id === photo.id);
    if (proposed && now?.cropBy === "centre") await setCrop(now, squared(proposed, now), "proposal");
  }

  async function setCrop(photo: DraftPhoto, crop: Crop, cropBy: DraftPhoto["cropBy"] = "person"): Promise<void> {
    const placed = { ...photo, crop, cropBy };
    draft.value = withPhoto(draft.value, placed);
    const issues = await world.inspect(photo.picture, crop).catch(() => photo.issues);
    const now = draft.value.photos.find((one) => one.id === photo.id);
    if (now?.crop === crop) await keep(withPhoto(draft.value, { ...now, issues }));
  }

  async function remove(id: string): Promise<void> {
    await keep(withoutPhoto(draft.value, id));
    if (draft.value.photos.length === 0) await startOver();
  }

  async function change(what: Partial<Omit<Draft, "sending" | "photos">>): Promise<void> {
    await keep(changed(draft.value, what));
  }

  async function startOver(): Promise<void> {
    stop.abort();
    draft.value = EMPTY;
    phase.value = { kind: "idle" };
    shown.value = null;
    restored.value = false;
    step.value = "start";
    await world.drafts.clear().catch(() => undefined);
  }

  /** Sends until there is an answer, a refusal, or a person stops it. */
  async function send(): Promise<void> {
    if (phase.value.kind === "sending" || phase.value.kind === "waiting") return;
    stop = new AbortController();
    const { signal: stopped } = stop;
    const over = () => stopped.aborted;
    phase.value = { kind: "sending", share: 0 };
    const sending = draft.value.sending ?? (await begin());
    for (let attempt = 0; !over(); attempt += 1) {
      try {
        phase.value = { kind: "sending", share: 0 };
        const told = await world.send(draft.value, sending, (share) => (phase.value = { kind: "sending", share }), stopped);
        await finish(told, sending);
        return;
      } catch (error) {
        if (over()) break;
        phase.value = { kind: world.passing(error) ? "waiting" : "failed", error };
        if (phase.value.kind === "failed") return;
        hurry = new AbortController();
        await world.recovery(attempt, AbortSignal.any([hurry.signal, stopped]));
      }
    }
    phase.value = { kind: "idle" };
  }

  async function begin(): Promise<Sending> {
    const photos = await Promise.all(draft.value.photos.map((photo) => world.cut(photo)));
    const sending = { key: world.newId(), locale: world.locale(), photos };
    await keep({ ...draft.value, sending });
    return sending;
  }

  async function finish(assessment: Assessment, sending: Sending): Promise<void> {
    const { id, token = null, created_at: at } = assessment;
    const { store } = draft.value.consent;
    const check: PastCheck = { id, token, at, assessment, stored: store, photos: sending.photos };
    await world.past.put(check).catch(() => undefined);
    await world.drafts.clear().catch(() => undefined);
    draft.value = EMPTY;
    restored.value = false;
    phase.value = { kind: "idle" };
    past.value = [check, ...past.value.filter((one) => one.id !== id)];
    show(check);
  }

  function show(check: PastCheck, open: Panel | null = null): void {
    shown.value = check;
    panel.value = open;
    step.value = "answer";
  }

  /** Deletes a check on the server and here; where the server cannot be asked, nothing is pretended. */
  async function forget(check: PastCheck): Promise<void> {
    if (check.token !== null) await world.forget(check.id, check.token);
    await world.past.remove(check.id).catch(() => undefined);
    past.value = past.value.filter((one) => one.id !== check.id);
    if (shown.value?.id === check.id) await startOver();
  }

  const reachable: ReadonlySignal<(wanted: Step) => boolean> = computed(() => (wanted: Step) => {
    if (wanted === "start") return true;
    return wanted === "answer" ? shown.value !== null : draft.value.photos.length > 0;
  });

  function go(wanted: Step): void {
    if (reachable.value(wanted)) step.value = wanted;
  }

  return {
    draft, step, phase, shown, panel, past, restored, reading,
    restore, add, setCrop, remove, change, startOver, send, show, forget, go,
    pause: () => stop.abort(),
    hurry: () => hurry.abort(),
  };
}
