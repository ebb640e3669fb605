// What a person writes in their own words, read into the form and shown to be confirmed.
import { useState } from "preact/hooks";

import { readStory } from "../../api/care";
import { explain } from "../../api/problem";
import type { Schemas } from "../../model/api";
import { answered, filled, LONGEST_STORY, type Answers } from "../../model/questions";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { check } from "./world";

type Understood = Schemas["Understood"];
type Mention = Schemas["Mention"];

export function Story() {
  const words = wordsOf("check").value.questions;
  const { story, answers } = check.draft.value;
  const [understood, setUnderstood] = useState<Understood>();
  const [failure, setFailure] = useState("");
  const read = async () => {
    setFailure("");
    try {
      const told = (await readStory(story, answers, locale.value)).understood;
      setUnderstood(told);
      await check.change({ answers: filled(told.answers) });
    } catch (error) {
      setFailure(explain(error, shared.value).text);
    }
  };
  return (
    <div class="card">
      <Field label={words.story} hint={words.story_hint}>
        <textarea
          class="input"
          rows={3}
          maxLength={LONGEST_STORY}
          value={story}
          onInput={(event) => void check.change({ story: event.currentTarget.value })}
        />
      </Field>
      <div class="notice-actions">
        <Button disabled={story.trim() === ""} onClick={() => void read()}>
          {words.read_story}
        </Button>
      </div>
      {failure && <Notice tone="care" title={failure} live />}
      {understood && <Confirmation understood={understood} />}
    </div>
  );
}

function Confirmation({ understood: { mentions, conflicts } }: { understood: Understood }) {
  const words = wordsOf("check").value.questions;
  if (mentions.length === 0 && conflicts.length === 0) return <Notice title={words.nothing_understood} live />;
  return (
    <Notice tone="info" title={words.understood} live>
      <ul class="mentions">
        {mentions.map((mention) => (
          <Read key={`${mention.field}${mention.quote}`} mention={mention} />
        ))}
      </ul>
      {conflicts.length > 0 && <p>{words.conflicts}</p>}
      <ul class="mentions">
        {conflicts.map(({ field, quote }) => (
          <li key={`${field}${quote}`}>{fill(words.quoted, { quote })}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** One field that was read, with the words it was read from, to be taken back where it is wrong. */
function Read({ mention: { field, value, quote } }: { mention: Mention }) {
  const words = wordsOf("check").value;
  const set = check.draft.value.answers[field as keyof Answers] !== undefined;
  const back = () => void check.change({ answers: answered(check.draft.value.answers, field as keyof Answers, undefined) });
  return (
    <li data-taken-back={set ? undefined : ""}>
      <span>
        {questionOf(field, words)} <strong>{answerOf(field, value, words)}</strong>{" "}
        <q>{quote}</q>
      </span>
      {set && (
        <Button kind="quiet" onClick={back}>
          {words.questions.take_back}
        </Button>
      )}
    </li>
  );
}

type Words = ReturnType<typeof wordsOf<"check">>["value"];

function questionOf(field: string, words: Words): string {
  const all: Record<string, unknown> = { ...words.questions, ...words.signs };
  const found = all[field];
  return typeof found === "string" ? found : words.questions.emergency_sign;
}

function answerOf(field: string, value: unknown, words: Words): string {
  if (typeof value === "boolean") return value ? words.questions.yes : words.questions.no;
  const lists: Record<string, Record<string, string>> = {
    site: words.sites,
    since: words.since,
    sex: words.sexes,
    skin_type: words.skin_types,
  };
  return lists[field]?.[String(value)] ?? String(value);
}
