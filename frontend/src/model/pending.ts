// What care will tell: articles, talk, and a text read into the form.
import type { Tier } from "./api";
import type { Answers } from "./questions";

export interface RedFlag {
  code: string;
  tier: Tier;
  text: string;
}
export interface Mention {
  field: string;
  value: unknown;
  quote: string;
}
export interface FormCheck {
  understood: { answers: Answers; mentions: Mention[]; conflicts: Mention[] };
}
export interface Article {
  code: string;
  title: string;
  summary: string;
  locale: string;
  sections: { section: string; title: string; text: string; sources: string[] }[];
  sources: { code: string; title: string; year: number | null }[];
  date: string;
  disclaimer: string;
}
export interface ChatTurn {
  role: "user" | "assistant";
  text: string;
}
export interface ChatReply {
  reply: string;
  tier: Tier;
  within_days: number;
  red_flags: RedFlag[];
  articles: { code: string; title: string }[];
  questions: { field: string; text: string }[];
}
