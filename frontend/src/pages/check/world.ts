// The one check of this page, wired to the browser and the server; what it does comes after the first screen.
import { Problem } from "../../api/problem";
import { createCheck } from "../../state/check";
import { drafts, pastChecks } from "../../storage/device";
import { locale } from "../../words/words";

/** What a check does, fetched when it is first needed or earlier; without a line it may be there later. */
export const doing = () =>
  import("./doing").catch(() => {
    throw new Problem({ code: "offline", status: 0 });
  });

export const check = createCheck({
  drafts,
  past: pastChecks,
  read: async (file) => (await doing()).readPhoto(file),
  inspect: async (picture, crop) => (await doing()).inspect(picture, crop),
  propose: async (picture) => (await doing()).propose(picture),
  cut: async (photo) => (await doing()).cut(photo),
  send: async (draft, sending, onProgress, signal) => {
    const { assess, base64 } = await doing();
    return assess(draft, sending, base64, onProgress, signal);
  },
  forget: async (id, token) => (await doing()).forget(id, token),
  passing: (error) => error instanceof Problem && error.passing,
  recovery: async (attempt, hurry) => (await doing()).recovery(attempt, hurry),
  newId: () => crypto.randomUUID(),
  locale: () => locale.value,
});
