// What follows an answer: a reminder for the calendar, and a doctor's opinion.
import type { Thread } from "../model/api";
import { ask, askBlob } from "./ask";
import { Problem } from "./problem";

const THREAD = "/api/cases/{case_id}/consultation";

function of(id: string, token: string) {
  return { path: { case_id: id }, headers: { "X-Case-Token": token } };
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

export function askDoctor(id: string, token: string, said: { text: string; image?: string; locale: string }): Promise<Thread> {
  return ask("post", THREAD, { ...of(id, token), body: said });
}

export function tellDoctor(id: string, token: string, said: { text: string; image?: string }): Promise<Thread> {
  return ask("post", `${THREAD}/messages`, { ...of(id, token), body: said });
}

export function letter(id: string, token: string): Promise<Blob> {
  return askBlob(`${THREAD}/letter.pdf`, of(id, token));
}
