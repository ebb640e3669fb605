// Articles to read and a talk about symptoms.
import type { Article, ChatReply, ChatTurn, FormCheck } from "../model/pending";
import type { Answers } from "../model/questions";
import { ask } from "./ask";

export async function article(code: string, locale: string): Promise<Article> {
  const asked = { path: { code }, query: { locale } };
  return ask("get", "/api/care/articles/{code}" as never, asked);
}

/** What a text says of the form's questions; what was ticked stays as it was. */
export async function readStory(story: string, answers: Answers, locale: string): Promise<FormCheck> {
  return ask("post", "/api/care/answers" as never, { body: { story, answers, locale } as never });
}

/** What to say to a conversation so far; the server remembers nothing of it. */
export async function chat(messages: readonly ChatTurn[], locale: string, caseId: string | null, token: string | null): Promise<ChatReply> {
  const body = { messages, locale, ...(caseId && token ? { case_id: caseId } : {}) };
  const headers = token ? { "X-Case-Token": token } : {};
  return ask("post", "/api/care/chat" as never, { body: body as never, headers });
}
