// What doctors ask of the server about consultations.
import type { Schemas } from "../model/api";
import { ask, askBlob } from "./ask";

export type Consultation = Schemas["ConsultationView"];
export type WaitingLine = Schemas["WaitingLine"];
export type ConsultationState = Consultation["state"];
export type Verdict = Schemas["ReplyRequest"]["verdict"];
export type Clinic = Schemas["Clinic"];

const PATH = "/api/review/consultations/{case_id}";

export function waiting(state: ConsultationState, after = ""): Promise<Schemas["WaitingList"]> {
  return ask("get", "/api/review/consultations", { query: { state, after, limit: 100 } });
}

export function consultation(id: string): Promise<Consultation> {
  return ask("get", PATH, { path: { case_id: id } });
}

export function consultationPhoto(id: string, name: string): Promise<Blob> {
  return askBlob(`${PATH}/images/{name}`, { path: { case_id: id, name } });
}

export function consultationLetter(id: string): Promise<Blob> {
  return askBlob(`${PATH}/letter.pdf`, { path: { case_id: id } });
}

export function impress(id: string, text: string): Promise<Consultation> {
  return ask("post", `${PATH}/impression`, { path: { case_id: id }, body: { text } });
}

export function reply(id: string, body: Schemas["ReplyRequest"]): Promise<Consultation> {
  return ask("post", `${PATH}/reply`, { path: { case_id: id }, body });
}

export async function clinics(): Promise<readonly Clinic[]> {
  return (await ask("get", "/api/review/clinics")).clinics;
}
