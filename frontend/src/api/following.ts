// What follows an answer: a reminder, a later photo beside this one, and a doctor's opinion.
import type { ReminderView, Revisit, Thread } from "../model/api";
import { ask, askBlob } from "./ask";
import { Problem } from "./problem";

const THREAD = "/api/cases/{case_id}/consultation";

function of(id: string, token: string) {
  return { path: { case_id: id }, headers: { "X-Case-Token": token } };
}

/** The same, where sending it twice under one key must be the same as once. */
function once(id: string, token: string, key: string) {
  return { path: { case_id: id }, headers: { "X-Case-Token": token, "Idempotency-Key": key } };
}

export function reminderFile(id: string, token: string, locale: string): Promise<Blob> {
  return askBlob("/api/cases/{case_id}/reminder.ics", { ...of(id, token), query: { locale } });
}

const REMINDER = "/api/cases/{case_id}/reminder";

/** The reminder that was asked for by mail; null where none was. */
export async function reminder(id: string, token: string): Promise<ReminderView | null> {
  return ask("get", REMINDER, of(id, token)).catch(noneYet);
}

/** On the next step's own day where no other moment is given. */
export function remindMe(id: string, token: string, to: { email: string; at: string | undefined; locale: string }): Promise<ReminderView> {
  const { email, at, locale } = to;
  const body = { address: { channel: "email" as const, value: email }, locale, ...(at ? { due_at: at } : {}) };
  return ask("put", REMINDER, { ...of(id, token), body });
}

export async function forgetReminder(id: string, token: string): Promise<void> {
  await ask("delete", REMINDER, of(id, token));
}

/** What changed between two photos of one spot; the server keeps neither. */
export function compare(earlier: string, later: string, locale: string): Promise<Revisit> {
  return ask("post", "/api/compare", { body: { earlier: { image: earlier }, later: { image: later }, locale } });
}

/** The conversation with the doctors; null where nothing was asked yet. */
export async function consultation(id: string, token: string): Promise<Thread | null> {
  return ask("get", THREAD, of(id, token)).catch(noneYet);
}

function noneYet(error: unknown): null {
  if (error instanceof Problem && error.status === 404) return null;
  throw error;
}

interface Question {
  text: string;
  image?: string;
  region?: string;
  locale: string;
}

export function askDoctor(id: string, token: string, key: string, said: Question): Promise<Thread> {
  return ask("post", THREAD, { ...once(id, token, key), body: said });
}

export function tellDoctor(id: string, token: string, key: string, said: { text: string }): Promise<Thread> {
  return ask("post", `${THREAD}/messages`, { ...once(id, token, key), body: said });
}

export function letter(id: string, token: string): Promise<Blob> {
  return askBlob(`${THREAD}/letter.pdf`, of(id, token));
}
