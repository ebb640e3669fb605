// What the admin page asks of the server.
import type { Schemas, Whole } from "../model/api";
import { endOf, momentOf } from "../model/days";
import { ask, askBlob } from "./ask";
import { uploadFile } from "./upload";

export type Shelf = Whole<Schemas["ModelShelf"]>;
export type Version = Whole<Schemas["PublishedVersion"]>;
export type Run = Whole<Schemas["TrainingRun"]>;
export type RunView = Whole<Schemas["RunView"]>;
export type DeadLetter = Whole<Schemas["DeadLetter"]>;
export type Clinic = Whole<Schemas["Clinic"]>;
export type Person = Whole<Schemas["Person"]>;
export type Role = Person["roles"][number];
export type UploadReport = Whole<Schemas["UploadReport"]>;
export type ReviewSettings = Whole<Schemas["SettingsView"]>;
export type Policies = Whole<Schemas["PoliciesView"]>;

export interface AuditSearch {
  subject?: string;
  actor?: string;
  action?: string;
  since?: string;
  until?: string;
}

export const admin = {
  models: async () => (await ask("get", "/api/admin/models")).models,
  promote: (name: string, version: string, instead: string) =>
    ask("post", "/api/admin/models/{name}/promote", { path: { name }, body: { version, instead_of: instead } }),
  rollBack: (name: string, instead: string) =>
    ask("post", "/api/admin/models/{name}/roll-back", { path: { name }, body: { instead_of: instead } }),
  runs: () => ask("get", "/api/admin/runs", { query: { limit: 100 } }),
  run: (id: string) => ask("get", "/api/admin/runs/{run_id}", { path: { run_id: id } }),
  start: () => ask("post", "/api/admin/runs", { body: {} }),
  people: async () => (await ask("get", "/api/admin/people")).people,
  grant: (email: string, roles: Role[]) => ask("put", "/api/admin/people", { body: { email, roles } }),
  deadLetters: async () => (await ask("get", "/api/admin/dead-letters", { query: { limit: 100 } })).dead_letters,
  replay: (id: string) => ask("post", "/api/admin/dead-letters/{letter_id}/replay", { path: { letter_id: id } }),
  drop: (id: string) => ask("delete", "/api/admin/dead-letters/{letter_id}", { path: { letter_id: id } }),
  clinics: async () => (await ask("get", "/api/admin/clinics")).clinics,
  keepClinic: (clinic: Clinic) => {
    const { id, ...body } = clinic;
    return ask("put", "/api/admin/clinics/{clinic_id}", { path: { clinic_id: id }, body });
  },
  dropClinic: (id: string) => ask("delete", "/api/admin/clinics/{clinic_id}", { path: { clinic_id: id } }),
  statistics: () => ask("get", "/api/admin/statistics"),
  statisticsTable: () => askBlob("/api/admin/statistics.csv"),
  policies: () => ask("get", "/api/admin/policies"),
  changePolicies: (policies: Policies) => ask("put", "/api/admin/policies", { body: policies }),
  bringIn: (archive: Blob, source: string, onProgress: (share: number) => void, signal: AbortSignal) => {
    const file = archive.slice(0, archive.size, "application/zip"); // systems name the type of an archive differently
    return uploadFile("/api/admin/images", { file, query: { source, consented: true }, onProgress, signal });
  },
  reviewSettings: () => ask("get", "/api/review/settings"),
  changeReviewSettings: (settings: ReviewSettings) => ask("put", "/api/review/settings", { body: settings }),
  audit: (search: AuditSearch) =>
    ask("get", "/api/admin/audit", {
      query: { ...search, since: momentOf(search.since), until: endOf(search.until), limit: 200 },
    }),
};
