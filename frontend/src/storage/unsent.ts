// Readings that could not be sent yet, kept on this device until they can.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Unsent } from "../state/reading";

interface Kept extends DBSchema {
  unsent: { key: string; value: Unsent };
}

let opened: Promise<IDBPDatabase<Kept>> | undefined;

function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>("dermaloop-review", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("unsent", { keyPath: "image" }),
  });
  return opened;
}

export const unsentReadings = {
  all: async (): Promise<Unsent[]> => (await database()).getAll("unsent"),
  read: async (image: string): Promise<Unsent | undefined> => (await database()).get("unsent", image),
  keep: async (unsent: Unsent): Promise<void> => (await database()).put("unsent", unsent).then(() => undefined),
  forget: async (image: string): Promise<void> => (await database()).delete("unsent", image),
};
