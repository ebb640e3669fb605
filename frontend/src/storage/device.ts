// What stays on this device: the unfinished draft and the earlier checks, in IndexedDB.
import type { DBSchema, IDBPDatabase } from "idb";

import type { Draft } from "../model/draft";
import type { PastCheck } from "../model/past";

interface Kept extends DBSchema {
  draft: { key: string; value: Draft };
  checks: { key: string; value: PastCheck };
}

const NAME = "dermaloop";
const CURRENT = "current";
let opened: Promise<IDBPDatabase<Kept>> | undefined;

function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined; // so that asking again does ask again
    throw error;
  });
  return opened;
}

async function open(): Promise<IDBPDatabase<Kept>> {
  const { openDB } = await import("idb"); // after the first screen, which does not need it
  return openDB<Kept>(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("draft");
      fresh.createObjectStore("checks", { keyPath: "id" });
    },
  });
}

export const drafts = {
  read: async (): Promise<Draft | undefined> => (await database()).get("draft", CURRENT),
  write: async (draft: Draft): Promise<void> => {
    await (await database()).put("draft", draft, CURRENT);
  },
  clear: async (): Promise<void> => (await database()).delete("draft", CURRENT),
};

export const pastChecks = {
  /** Newest first. */
  all: async (): Promise<PastCheck[]> =>
    (await (await database()).getAll("checks")).sort((one, other) => other.at.localeCompare(one.at)),
  put: async (check: PastCheck): Promise<void> => {
    await (await database()).put("checks", check);
  },
  remove: async (id: string): Promise<void> => (await database()).delete("checks", id),
};
