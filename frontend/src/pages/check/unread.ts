// Why a photo was not taken in, in words.
import { explain } from "../../api/problem";
import { Unreadable } from "../../model/unreadable";
import { startWords } from "../../words/start";
import { shared } from "../../words/words";

export function whyUnread(error: unknown): string {
  return error instanceof Unreadable ? startWords.value.unreadable : explain(error, shared.value).text;
}
