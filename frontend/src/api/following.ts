// What follows an answer: a reminder for the calendar, and a doctor's opinion.
import type { Thread } from "../model/api";
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

/** The conversation with the doctors; null where nothing was asked yet. */
export async function consultation(id: string, token: string): Promise<Thread | null> {
  return ask("get", THREAD, of(id, token)).catch((error: unknown) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
}

interface Question {
  text: string;
  image?: string;
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
