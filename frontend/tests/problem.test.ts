// Every failure has a sentence for people; only our own failures show a number to quote.
import { expect, it } from "vitest";

import { explain, Problem, problemOf } from "../src/api/problem";
import words from "../src/words/en/shared.json";

it("explains a problem by its code, and keeps its further members", () => {
  const problem = problemOf(413, JSON.stringify({ code: "too_large", detail: "…", request_id: "abc", max_bytes: 5 }));
  expect(explain(problem, words)).toEqual({ text: words.problems.too_large, id: "" });
  expect(problem.members["max_bytes"]).toBe(5);
});

it("shows the number of a failure of ours", () => {
  const problem = problemOf(503, JSON.stringify({ code: "store_unavailable", request_id: "abc" }));
  expect(explain(problem, words)).toEqual({ text: words.problems.store_unavailable, id: "abc" });
});

it.each([
  ["a proxy's page", "<html>Bad gateway</html>"],
  ["an unknown code", '{"code": "from_the_future"}'],
  ["no code", "{}"],
])("has a general sentence for %s", (_name, body) => {
  expect(explain(problemOf(502, body), words).text).toBe(words.problems.internal);
});

it.each([
  [{ code: "offline", status: 0 }, true],
  [{ code: "rate_limited", status: 429 }, true],
  [{ code: "model_unavailable", status: 503 }, true],
  [{ code: "invalid_image", status: 422 }, false],
])("knows whether trying again may help: %o", (told, passing) => {
  expect(new Problem(told).passing).toBe(passing);
});
