// One image in a list: what it is, why it should be read, and the way to it.
import { computed } from "@preact/signals";

import type { ImageSummary, ReviewWords } from "../../model/reviewing";
import { fill, locale, wordsOf } from "../../words/words";

export const ROW_HEIGHT = 88;
const days = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" })); // dear to make anew for each row

export function ImageRow({ image, terms }: { image: ImageSummary; terms: ReviewWords }) {
  const words = wordsOf("review").value.queue;
  const day = days.value;
  const facts = [
    image.state_text,
    image.site === "unknown" ? "" : terms.sites[image.site],
    day.format(new Date(image.created_at)),
    image.diagnosis ? terms.diagnoses[image.diagnosis] : "",
    image.deadline ? fill(words.deadline, { date: day.format(new Date(image.deadline)) }) : "",
    image.held_by_you ? words.held_by_you : "",
    image.held_by_another ? words.held_by_another : "",
    image.read_by_you ? words.read_by_you : "",
  ].filter(Boolean);
  return (
    <>
      <div>
        <div class="row-name">{image.id}</div>
        <div class="row-facts">{facts.join(" · ")}</div>
        <div class="row-reasons">{image.reasons.map((reason) => reason.text).join(" · ")}</div>
      </div>
      <a class="button" href={`#/read/${encodeURIComponent(image.id)}`} aria-label={fill(words.open, { id: image.id })}>
        {fill(words.open, { id: "" }).trim()}
      </a>
    </>
  );
}
