// Articles to read and a talk about symptoms.
import type { Article, ChatReply, ChatTurn } from "../model/pending";
import { ask } from "./ask";

export async function article(code: string, locale: string): Promise<Article> {
  const asked = { path: { code }, query: { locale } };
  return ask("get", "/api/care/articles/{code}" as never, asked);
}

/** What to say to a conversation so far; the server remembers nothing of it. */
export async function chat(messages: readonly ChatTurn[], locale: string, caseId: string | null, token: string | null): Promise<ChatReply> {
  const body = { messages, locale, ...(caseId && token ? { case_id: caseId } : {}) };
  const headers = token ? { "X-Case-Token": token } : {};
  return ask("post", "/api/care/chat" as never, { body: body as never, headers });
}
