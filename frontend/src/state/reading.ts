// One doctor's reading of one image while it is being made: every change kept, saved by itself, never lost.
import { computed, signal, type ReadonlySignal } from "@preact/signals";

import { beginning, changed, redone, undone, type PastStates } from "../model/past_states";
import { findingsOf, type Draft, type Findings, type ImageView } from "../model/reviewing";

export type Saving = "saved" | "waiting" | "saving" | "offline" | "conflict";

/** What was kept on this device because it could not be sent. */
export interface Unsent {
  image: string;
  findings: Findings;
  version: number;
}

/** How a reading reaches the server and the device; each rejects where it fails. */
export interface Roads {
  save: (findings: Findings, version: number) => Promise<Draft>;
  /** True where trying again later may help; undefined where somebody else's version stands against it. */
  judge: (error: unknown) => { again: boolean; theirs?: Draft };
  keep: (unsent: Unsent) => Promise<void>;
  forget: (image: string) => Promise<void>;
}

export interface Reading {
  image: ImageView;
  findings: ReadonlySignal<Findings>;
  saving: ReadonlySignal<Saving>;
  theirs: ReadonlySignal<Draft | undefined>;
  canUndo: ReadonlySignal<boolean>;
  canRedo: ReadonlySignal<boolean>;
  version: () => number;
  change: (part: Partial<Findings>, kind?: string) => void;
  undo: () => void;
  redo: () => void;
  /** Saves what is unsaved; resolves when nothing waits, or when it cannot be sent now. */
  flush: () => Promise<void>;
  /** Ends a conflict with either side's words. */
  settle: (choice: "theirs" | "yours") => Promise<void>;
  close: () => void;
}

const PAUSE_MS = 700;
const AGAIN_MS = 10_000;

export function beginReading(image: ImageView, roads: Roads, unsent?: Unsent): Reading {
  const states = signal<PastStates<Findings>>(beginning(findingsOf(image)));
  const saving = signal<Saving>("saved");
  const theirs = signal<Draft | undefined>();
  let version = image.draft?.version ?? 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let closed = false;

  const findings = computed(() => states.value.present);
  const later = (wait: number) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void flush(), wait);
  };

  function touched() {
    if (saving.value === "conflict") return;
    saving.value = "waiting";
    void roads.keep({ image: image.id, findings: findings.value, version }).catch(() => undefined); // then only the page has it
    later(PAUSE_MS);
  }

  async function send(): Promise<void> {
    const sent = findings.value;
    saving.value = "saving";
    try {
      const draft = await roads.save(sent, version);
      version = draft.version;
      if (findings.value !== sent) {
        touched();
        return;
      }
      saving.value = "saved";
      await roads.forget(image.id).catch(() => undefined);
    } catch (error) {
      const judged = roads.judge(error);
      theirs.value = judged.theirs;
      saving.value = judged.theirs ? "conflict" : "offline";
      if (judged.again) later(AGAIN_MS);
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    await running;
    if (saving.value === "saved" || saving.value === "conflict") return;
    running = send().finally(() => (running = undefined));
    await running;
  }

  async function settle(choice: "theirs" | "yours"): Promise<void> {
    const other = theirs.value;
    if (!other) return;
    version = other.version;
    theirs.value = undefined;
    if (choice === "theirs") {
      states.value = changed(states.value, other.findings, "", 0);
      saving.value = "saved";
      await roads.forget(image.id).catch(() => undefined);
      return;
    }
    saving.value = "waiting";
    await flush();
  }

  if (unsent) {
    states.value = changed(states.value, unsent.findings, "", 0);
    version = unsent.version;
    saving.value = "waiting";
    later(0);
  }
  return {
    image,
    findings,
    saving,
    theirs,
    canUndo: computed(() => states.value.past.length > 0),
    canRedo: computed(() => states.value.future.length > 0),
    version: () => version,
    change: (part, kind = "") => {
      states.value = changed(states.value, { ...findings.value, ...part }, kind, Date.now());
      touched();
    },
    undo: () => {
      if (states.value.past.length === 0) return;
      states.value = undone(states.value);
      touched();
    },
    redo: () => {
      if (states.value.future.length === 0) return;
      states.value = redone(states.value);
      touched();
    },
    flush,
    settle,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
