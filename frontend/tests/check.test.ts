// One check from photo to answer: nothing is lost when the line drops or the page closes, and nothing is sent twice.
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Assessment } from "../src/model/api";
import { EMPTY, type Draft, type Sending } from "../src/model/draft";
import type { PastCheck } from "../src/model/past";
import { createCheck, type World } from "../src/state/check";

class Lost extends Error {}
const CROP = { x: 0.2, y: 0.2, width: 0.5, height: 0.5 };
const ANSWER = { id: "case-1", token: "secret", created_at: "2026-11-21T10:00:00Z" } as Assessment;
const PHOTO = new Blob(["photo"]);

interface Device {
  draft: Draft | undefined;
  past: Map<string, PastCheck>;
}

let device: Device;
beforeEach(() => {
  device = { draft: undefined, past: new Map() };
});

function world(changes: Partial<World> = {}): World {
  let ids = 0;
  return {
    drafts: {
      read: () => Promise.resolve(device.draft),
      write: (draft) => Promise.resolve(void (device.draft = draft)),
      clear: () => Promise.resolve(void (device.draft = undefined)),
    },
    past: {
      all: () => Promise.resolve([...device.past.values()]),
      put: (check) => Promise.resolve(void device.past.set(check.id, check)),
      remove: (id) => Promise.resolve(void device.past.delete(id)),
    },
    read: (blob) => Promise.resolve({ blob, width: 400, height: 300 }),
    inspect: () => Promise.resolve([]),
    propose: () => Promise.resolve(null),
    cut: (photo) => Promise.resolve({ picture: photo.picture, crop: CROP, width: 200, height: 200, share: 1 }),
    send: () => Promise.resolve(ANSWER),
    forget: () => Promise.resolve(),
    passing: (error) => error instanceof Lost,
    recovery: () => Promise.resolve(),
    newId: () => `id-${++ids}-${Math.random()}`,
    locale: () => "en",
    ...changes,
  };
}

describe("sending", () => {
  it("goes on by itself after a lost connection, with the very same request", async () => {
    const sent: Sending[] = [];
    const send = vi.fn((_draft: Draft, sending: Sending) => {
      sent.push(sending);
      return sent.length < 3 ? Promise.reject(new Lost()) : Promise.resolve(ANSWER);
    });
    const check = createCheck(world({ send }));
    await check.add(PHOTO);
    await check.send();
    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(1);
    expect(check.step.value).toBe("answer");
    expect(device.draft).toBeUndefined();
    expect(device.past.get("case-1")?.token).toBe("secret");
  });

  it("is taken up under the same key when the page was closed in the midst of it", async () => {
    const keys: string[] = [];
    const never = createCheck(
      world({
        send: (_draft, sending) => {
          keys.push(sending.key);
          return new Promise(() => undefined);
        },
      }),
    );
    await never.add(PHOTO);
    await never.change({ story: "it bled" });
    void never.send();
    await vi.waitFor(() => expect(keys).toHaveLength(1));

    const later = createCheck(
      world({
        send: (draft, sending) => {
          keys.push(sending.key);
          expect(draft.story).toBe("it bled");
          return Promise.resolve(ANSWER);
        },
      }),
    );
    await later.restore();
    expect(later.step.value).toBe("answer");
    expect(keys[1]).toBe(keys[0]);
  });

  it("stops at a refusal and keeps what was entered", async () => {
    const check = createCheck(world({ send: () => Promise.reject(new Error("refused")) }));
    await check.add(PHOTO);
    await check.send();
    expect(check.phase.value.kind).toBe("failed");
    expect(device.draft?.photos).toHaveLength(1);
  });

  it("takes a new key once anything is changed", async () => {
    const keys: string[] = [];
    const check = createCheck(
      world({
        send: (_draft, sending) => {
          keys.push(sending.key);
          return Promise.reject(new Error("refused"));
        },
      }),
    );
    await check.add(PHOTO);
    await check.send();
    await check.change({ answers: { bleeding: true } });
    await check.send();
    expect(new Set(keys).size).toBe(2);
  });

  it("can be stopped while it waits for the line", async () => {
    const check = createCheck(
      world({
        send: () => Promise.reject(new Lost()),
        recovery: (_attempt, hurry) => new Promise((resolve) => hurry.addEventListener("abort", () => resolve())),
      }),
    );
    await check.add(PHOTO);
    const sending = check.send();
    await vi.waitFor(() => expect(check.phase.value.kind).toBe("waiting"));
    check.pause();
    await sending;
    expect(check.phase.value.kind).toBe("idle");
  });
});

describe("the draft", () => {
  it("moves the frame to the proposal, but never under a person's hand", async () => {
    const proposed = { x: 0.5, y: 0.4, width: 0.15, height: 0.2 };
    const check = createCheck(world({ propose: () => Promise.resolve(proposed) }));
    await check.add(PHOTO);
    await vi.waitFor(() => expect(check.draft.value.photos[0]?.cropBy).toBe("proposal"));

    let propose: (crop: typeof proposed) => void = () => undefined;
    const late = createCheck(world({ propose: () => new Promise((resolve) => (propose = resolve)) }));
    await late.add(PHOTO);
    const [photo] = late.draft.value.photos;
    if (photo) await late.setCrop(photo, CROP);
    propose(proposed);
    await Promise.resolve();
    expect(late.draft.value.photos[0]).toMatchObject({ crop: CROP, cropBy: "person" });
  });

  it("holds no consent to train where none to keep was given", async () => {
    const check = createCheck(world());
    await check.change({ consent: { store: true, train: true } });
    await check.change({ consent: { store: false, train: true } });
    expect(check.draft.value.consent).toEqual({ store: false, train: false });
  });

  it("takes three photos at most, and is gone with its last one", async () => {
    const check = createCheck(world());
    for (let n = 0; n < 4; n++) await check.add(PHOTO);
    expect(check.draft.value.photos).toHaveLength(3);
    for (const photo of check.draft.value.photos) await check.remove(photo.id);
    expect(check.draft.value).toEqual(EMPTY);
    expect(check.step.value).toBe("start");
  });

  it("answers all the same where the browser keeps nothing", async () => {
    const refused = () => Promise.reject(new Error("no storage"));
    const check = createCheck(
      world({ drafts: { read: refused, write: refused, clear: refused }, past: { all: refused, put: refused, remove: refused } }),
    );
    await check.restore();
    await check.add(PHOTO);
    await check.send();
    expect(check.shown.value?.id).toBe("case-1");
  });
});

describe("deleting", () => {
  it("keeps what the server has not confirmed as deleted", async () => {
    const forget = vi.fn().mockRejectedValueOnce(new Lost()).mockResolvedValueOnce(undefined);
    const check = createCheck(world({ forget }));
    await check.add(PHOTO);
    await check.send();
    const [kept] = check.past.value;
    if (!kept) throw new Error("nothing was kept");
    await expect(check.forget(kept)).rejects.toThrow(Lost);
    expect(device.past.size).toBe(1);
    await check.forget(kept);
    expect(device.past.size).toBe(0);
    expect(check.step.value).toBe("start");
  });
});
