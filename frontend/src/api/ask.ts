// The one way to ask the API: typed by its own document, with a deadline, and every failure as a Problem.
import type { Whole } from "../model/api";
import type { paths } from "../model/schema";
import { Problem, problemOf } from "./problem";

export type Method = "get" | "post" | "put" | "patch" | "delete";
export type Path = keyof paths;
type Operation<P extends Path, M extends Method> = paths[P][M & keyof paths[P]];
type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : undefined;

export type BodyOf<P extends Path, M extends Method> =
  Operation<P, M> extends { requestBody: infer Body } ? Json<Body> : undefined;
export type AnswerOf<P extends Path, M extends Method> =
  Operation<P, M> extends { responses: infer Responses } ? Whole<Json<Responses[200 & keyof Responses]>> : never;

export interface Asked<Body> {
  path?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  body?: Body;
  signal?: AbortSignal;
  timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const LARGE_TIMEOUT_MS = 3_600_000;
let signIn: () => Promise<string | null> = () => Promise.resolve(null);

/** Every later request carries what this gives as its bearer token. */
export function authorize(token: () => Promise<string | null>): void {
  signIn = token;
}

/** Asks one endpoint and gives its JSON; undefined where it answers without a body. */
export async function ask<P extends Path, M extends Method>(
  method: M,
  path: P,
  asked: Asked<BodyOf<P, M>> = {},
): Promise<AnswerOf<P, M>> {
  const response = await fetched(method, path, asked);
  if (response.status === 204) return undefined as AnswerOf<P, M>;
  return (await response.json()) as AnswerOf<P, M>;
}

/** Asks for something that is no JSON: a picture, a table, a letter. */
export async function askBlob(path: Path, asked: Asked<never> = {}): Promise<Blob> {
  const response = await fetched("get", path, asked);
  return response.blob();
}

/** Asks for something large and tells how many bytes have come. */
export async function askLarge(path: Path, asked: Asked<never>, onBytes: (bytes: number, head: Headers) => void): Promise<Blob> {
  const response = await fetched("get", path, { timeoutMs: LARGE_TIMEOUT_MS, ...asked });
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      parts.push(part.value);
      onBytes((bytes += part.value.byteLength), response.headers);
    }
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new Problem({ code: "offline", status: 0 });
  }
  return new Blob(parts, { type: response.headers.get("Content-Type") ?? "" });
}

/** What makes a request that of the person who is signed in. */
export async function authorization(): Promise<Record<string, string>> {
  const token = await signIn();
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** The address of an endpoint with its parameters filled in. */
export function addressOf(path: string, asked: Pick<Asked<unknown>, "path" | "query"> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(asked.path?.[name] ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `${filled}?${query.toString()}` : filled;
}

async function fetched(method: Method, path: string, asked: Asked<unknown>): Promise<Response> {
  const deadline = AbortSignal.timeout(asked.timeoutMs ?? TIMEOUT_MS);
  const init: RequestInit = {
    method: method.toUpperCase(),
    headers: {
      ...(asked.body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(await authorization()),
      ...asked.headers,
    },
    signal: asked.signal ? AbortSignal.any([asked.signal, deadline]) : deadline,
  };
  if (asked.body !== undefined) init.body = JSON.stringify(asked.body);
  const response = await fetch(addressOf(path, asked), init).catch((error: unknown) => {
    if (asked.signal?.aborted) throw error;
    throw new Problem({ code: deadline.aborted ? "timeout" : "offline", status: 0 });
  });
  if (!response.ok) throw problemOf(response.status, await response.text());
  return response;
}
