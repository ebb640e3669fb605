// Sending photos with visible progress: fetch cannot tell how much has left, XMLHttpRequest can.
import { addressOf, authorization, type AnswerOf, type BodyOf, type Path } from "./ask";
import { Problem, problemOf } from "./problem";

interface Watched {
  headers: Record<string, string>;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}
export type Upload<Body> = Watched & { body: Body };
export interface FileUpload extends Omit<Watched, "headers"> {
  file: Blob;
  query: Record<string, string | number | boolean>;
}

const STALLED_MS = 60_000; // without a byte moving, not in all: a slow line may take its time
const READING_MS = 1_800_000; // once a large file is there, nothing moves until the server has read all of it

/** Posts JSON and reports the share that has been sent. */
export function upload<P extends Path>(path: P, asked: Upload<BodyOf<P, "post">>): Promise<AnswerOf<P, "post">> {
  const headers = { "Content-Type": "application/json", ...asked.headers };
  return send(path, JSON.stringify(asked.body), { ...asked, headers }, STALLED_MS);
}

/** The same of a file, by the person who is signed in. */
export async function uploadFile<P extends Path>(path: P, { file, query, ...asked }: FileUpload): Promise<AnswerOf<P, "post">> {
  const headers = { "Content-Type": file.type, ...(await authorization()) };
  return send(addressOf(path, { query }), file, { ...asked, headers }, READING_MS);
}

function send<Answer>(address: string, body: string | Blob, asked: Watched, patience: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = setTimeout(stalled, STALLED_MS);
    function stalled() {
      request.abort();
      reject(new Problem({ code: "timeout", status: 0 }));
    }
    function moving(most = STALLED_MS) {
      clearTimeout(watch);
      watch = setTimeout(stalled, most);
    }
    request.open("POST", address);
    for (const [name, value] of Object.entries(asked.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      moving();
      if (event.lengthComputable) asked.onProgress(event.loaded / event.total);
    };
    request.upload.onload = () => moving(patience);
    request.onprogress = () => moving();
    request.onerror = () => reject(new Problem({ code: "offline", status: 0 }));
    request.onload = () => {
      if (request.status >= 400) reject(problemOf(request.status, request.responseText));
      else resolve(JSON.parse(request.responseText) as Answer);
    };
    request.onloadend = () => clearTimeout(watch);
    asked.signal.addEventListener("abort", () => {
      request.abort();
      reject(new DOMException("aborted", "AbortError"));
    });
    request.send(body);
  });
}
