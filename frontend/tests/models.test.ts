// Further models are found by the registry alone, and what one says of a photo is not left on the server.
import { afterEach, expect, it, vi } from "vitest";

import { askModel, furtherModels } from "../src/api/models";
import type { SentPhoto } from "../src/model/draft";

const PHOTO: SentPhoto = { picture: new Blob(["photo"]), crop: { x: 0, y: 0, width: 1, height: 1 }, width: 9, height: 9, share: 1 };
const ANSWER = { id: "case-9", token: "secret", model: { name: "clinical" }, probabilities: [] };

afterEach(() => vi.unstubAllGlobals());

function serve(answers: Record<string, unknown>): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
    asked.push(new Request(new URL(address, "http://site.test"), init));
    const told = answers[`${init.method} ${address}`];
    return Promise.resolve(told === undefined ? new Response(null, { status: 204 }) : Response.json(told));
  });
  return asked;
}

it("offers classifiers that the answer does not come from already", async () => {
  const models = [
    { name: "clinical", kind: "classifier" },
    { name: "disease", kind: "classifier" },
    { name: "lesion_mask", kind: "segmenter" },
  ];
  serve({ "GET /api/models": { models } });
  expect(await furtherModels()).toEqual(["clinical"]);
});

it("asks one for its answer and deletes the case that was made of it", async () => {
  const asked = serve({ "POST /api/models/clinical/predict": ANSWER });
  const encode = () => Promise.resolve("cGhvdG8=");
  expect(await askModel("clinical", PHOTO, "ko", encode)).toEqual(ANSWER);
  const [question, forgetting] = asked;
  expect(await question?.json()).toEqual({ image: "cGhvdG8=", crop: PHOTO.crop, locale: "ko" });
  expect([forgetting?.method, forgetting && new URL(forgetting.url).pathname]).toEqual(["DELETE", "/api/cases/case-9"]);
  expect(forgetting?.headers.get("X-Case-Token")).toBe("secret");
});
