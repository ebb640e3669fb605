// What the answer will also carry.
import type { Answers } from "./questions";
import type { Assessment, Crop, NextStep, PhotoReadings, Tier } from "./api";

export interface LesionFigures {
  asymmetry: number;
  border: number;
  colours: ("white" | "red" | "light_brown" | "dark_brown" | "blue_grey" | "black")[];
}
export interface Outline {
  status: string;
  points?: [number, number][];
  crop?: Crop | null;
  figures?: LesionFigures | null;
}
export interface RedFlag {
  code: string;
  tier: Tier;
  text: string;
}
export interface SevenPoint {
  score: number;
  refer_at: number;
}
export interface Mention {
  field: string;
  value: unknown;
  quote: string;
}
export type Photo = PhotoReadings & { outline?: Outline | null };
export type Full = Omit<Assessment, "photos" | "next_step"> & {
  photos: Photo[];
  next_step: NextStep & { where?: string; watch_for?: string[] };
  seven_point?: SevenPoint | null;
  risk?: { probability: number; threshold: number } | null;
  understood?: { mentions: Mention[] } | null;
};
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
export interface FormCheck {
  understood: { answers: Answers; mentions: Mention[]; conflicts: Mention[] };
}
