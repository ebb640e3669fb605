// A reading is saved by itself, waits out a lost connection, and shows both sides where two wrote.
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { NOTHING_SAID, type Draft, type Findings, type ImageView } from "../../src/model/reviewing";
import { beginReading, type Roads, type Unsent } from "../../src/state/reading";

const IMAGE = { id: "i", site: "unknown", draft: null } as unknown as ImageView;

class Server implements Roads {
  version = 0;
  saved: Findings[] = [];
  down = false;
  kept = new Map<string, Unsent>();
  against: Draft | undefined;

  save = (findings: Findings, version: number): Promise<Draft> => {
    if (this.down) return Promise.reject(new Error("offline"));
    if (version !== this.version) return Promise.reject(new Error("conflict"));
    this.saved.push(findings);
    this.version++;
    const draft = this.draft(findings);
    return new Promise((resolve) => setTimeout(() => resolve(draft), 5));
  };
  judge = (error: unknown) =>
    (error as Error).message === "conflict" && this.against ? { again: false, theirs: this.against } : { again: true };
  keep = (unsent: Unsent) => Promise.resolve(void this.kept.set(unsent.image, unsent));
  forget = (image: string) => Promise.resolve(void this.kept.delete(image));
  draft = (findings: Findings): Draft => ({
    version: this.version, findings, saved_at: "", submitted: false, after_model: false, confirmed: false,
  });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("saves once after a pause, whatever was typed in it", async () => {
  const server = new Server();
  const reading = beginReading(IMAGE, server);
  for (const notes of ["a", "ab", "abc"]) reading.change({ notes }, "notes");
  expect(reading.saving.value).toBe("waiting");
  await vi.advanceTimersByTimeAsync(1000);
  expect(server.saved.map((each) => each.notes)).toEqual(["abc"]);
  expect(reading.saving.value).toBe("saved");
  expect(server.kept.size).toBe(0);
});

it("keeps what cannot be sent and sends it later", async () => {
  const server = new Server();
  server.down = true;
  const reading = beginReading(IMAGE, server);
  reading.change({ diagnosis: "mel" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(reading.saving.value).toBe("offline");
  expect(server.kept.get("i")?.findings.diagnosis).toBe("mel");
  server.down = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(server.saved).toHaveLength(1);
  expect(server.kept.size).toBe(0);
});

it("takes up what an earlier visit could not send", async () => {
  const server = new Server();
  const reading = beginReading(IMAGE, server, { image: "i", version: 0, findings: { ...NOTHING_SAID, diagnosis: "bcc" } });
  await vi.advanceTimersByTimeAsync(10);
  expect(server.saved[0]?.diagnosis).toBe("bcc");
  expect(reading.saving.value).toBe("saved");
});

it("sends what was changed while it was being saved", async () => {
  const server = new Server();
  const reading = beginReading(IMAGE, server);
  reading.change({ notes: "a" });
  await vi.advanceTimersByTimeAsync(702);
  reading.change({ notes: "b" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(server.saved.map((each) => each.notes)).toEqual(["a", "b"]);
});

it.each([["theirs", "nv", 0], ["yours", "mel", 1]] as const)("a conflict ends with %s", async (choice, stands, saves) => {
  const server = new Server();
  server.version = 3;
  server.against = server.draft({ ...NOTHING_SAID, diagnosis: "nv" });
  const reading = beginReading(IMAGE, server);
  reading.change({ diagnosis: "mel" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(reading.saving.value).toBe("conflict");
  expect(reading.theirs.value?.findings.diagnosis).toBe("nv");
  const settled = reading.settle(choice);
  await vi.advanceTimersByTimeAsync(10);
  await settled;
  expect(reading.findings.value.diagnosis).toBe(stands);
  expect(server.saved).toHaveLength(saves);
  expect(reading.saving.value).toBe("saved");
  reading.undo();
  expect(reading.findings.value.diagnosis).toBe(choice === "theirs" ? "mel" : null);
});

it("undoes and redoes whole steps", () => {
  const reading = beginReading(IMAGE, new Server());
  reading.change({ diagnosis: "mel" });
  for (const notes of ["x", "xy"]) reading.change({ notes }, "notes");
  reading.undo();
  expect(reading.findings.value).toMatchObject({ diagnosis: "mel", notes: "" });
  reading.undo();
  reading.undo();
  expect(reading.findings.value.diagnosis).toBeNull();
  reading.redo();
  reading.redo();
  expect(reading.findings.value).toMatchObject({ diagnosis: "mel", notes: "xy" });
  expect(reading.canRedo.value).toBe(false);
});
