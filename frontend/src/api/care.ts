// Articles to read, a talk about symptoms, and a text read into the form.
import type { Schemas } from "../model/api";
import type { Answers } from "../model/questions";
import { ask } from "./ask";

export function article(code: string, locale: string): Promise<Schemas["Article"]> {
  return ask("get", "/api/care/articles/{code}", { path: { code }, query: { locale } });
}

/** What a text says of the form's questions; what was ticked stays as it was. */
export function readStory(story: string, answers: Answers, locale: string): Promise<Schemas["FormCheck"]> {
  return ask("post", "/api/care/answers", { body: { story, answers, locale } });
}

/** What to say to a conversation so far; the server remembers nothing of it. */
export function chat(
  messages: Schemas["ChatMessage"][],
  locale: string,
  caseId: string,
  token: string | null,
): Promise<Schemas["ChatReply"]> {
  if (token === null) return ask("post", "/api/care/chat", { body: { messages, locale } });
  return ask("post", "/api/care/chat", {
    body: { messages, locale, case_id: caseId },
    headers: { "X-Case-Token": token },
  });
}
