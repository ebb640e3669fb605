// What the quiz asks of the server.
import type { Schemas, Whole } from "../model/api";
import type { Diagnosis } from "../model/reviewing";
import type { Locale } from "../words/locale";
import { ask } from "./ask";

export type QuizImage = Whole<Schemas["QuizImage"]>;
export type QuizResult = Whole<Schemas["QuizResult"]>;
export type QuizScore = Whole<Schemas["QuizScore"]>;

export const quiz = {
  next: async () => (await ask("get", "/api/review/quiz")).image,
  answer: (image: string, diagnosis: Diagnosis, locale: Locale) =>
    ask("post", "/api/review/quiz/{image}", { path: { image }, body: { diagnosis, locale } }),
  scores: () => ask("get", "/api/review/quiz-scores"),
};
