// Sending photos with visible progress: fetch cannot tell how much has left, XMLHttpRequest can.
import type { AnswerOf, BodyOf, Path } from "./ask";
import { Problem, problemOf } from "./problem";

export interface Upload<Body> {
  body: Body;
  headers: Record<string, string>;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

const STALLED_MS = 60_000; // without a byte moving, not in all: a slow line may take its time

/** Posts JSON and reports the share that has been sent. */
export function upload<P extends Path>(path: P, asked: Upload<BodyOf<P, "post">>): Promise<AnswerOf<P, "post">> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = setTimeout(stalled, STALLED_MS);
    function stalled() {
      request.abort();
      reject(new Problem({ code: "timeout", status: 0 }));
    }
    function moving() {
      clearTimeout(watch);
      watch = setTimeout(stalled, STALLED_MS);
    }
    request.open("POST", path);
    request.setRequestHeader("Content-Type", "application/json");
    for (const [name, value] of Object.entries(asked.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      moving();
      if (event.lengthComputable) asked.onProgress(event.loaded / event.total);
    };
    request.onprogress = moving;
    request.onerror = () => reject(new Problem({ code: "offline", status: 0 }));
    request.onload = () => {
      if (request.status >= 400) reject(problemOf(request.status, request.responseText));
      else resolve(JSON.parse(request.responseText) as AnswerOf<P, "post">);
    };
    request.onloadend = () => clearTimeout(watch);
    asked.signal.addEventListener("abort", () => {
      request.abort();
      reject(new DOMException("aborted", "AbortError"));
    });
    request.send(JSON.stringify(asked.body));
  });
}
