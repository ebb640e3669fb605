// Finding images by what is known of them.
import { useState } from "preact/hooks";

import { search, type Wanted } from "../../api/reviewing";
import type { ImageSummary, ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { Rows } from "../../parts/Rows";
import { fill, locale, wordsOf } from "../../words/words";
import { ImageRow, ROW_HEIGHT } from "./ImageRow";

interface FoundImages {
  images: readonly ImageSummary[];
  after: string;
}

export function SearchList({ terms }: { terms: ReviewWords }) {
  const words = wordsOf("review").value.search;
  const [wanted, setWanted] = useState<Wanted>({});
  const [found, setFound] = useState<FoundImages>();
  const [failure, setFailure] = useState<unknown>();
  const set = (part: Wanted) => setWanted((before) => ({ ...before, ...part }));
  const run = (after = "") =>
    search(wanted, locale.value, after).then((page) => {
      setFailure(undefined);
      setFound((before) => ({ images: [...(after ? (before?.images ?? []) : []), ...page.images], after: page.after }));
    }, setFailure);
  return (
    <div class="room">
      <h2>{words.title}</h2>
      <form
        class="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Field label={words.id}>
          <input class="input" value={wanted.id ?? ""} onInput={(event) => set({ id: event.currentTarget.value.trim() })} />
        </Field>
        <Choice label={words.state} options={Object.entries(terms.states)} none={words.any} onChoose={(state) => set({ state })} />
        <Choice label={words.diagnosis} options={Object.entries(terms.diagnoses)} none={words.any} onChoose={(diagnosis) => set({ diagnosis })} />
        <Choice label={words.site} options={Object.entries(terms.sites)} none={words.any} onChoose={(site) => set({ site })} />
        <Field label={words.since}>
          <input class="input" type="date" onInput={(event) => set({ since: event.currentTarget.value })} />
        </Field>
        <Field label={words.until}>
          <input class="input" type="date" onInput={(event) => set({ until: event.currentTarget.value })} />
        </Field>
        <Button kind="main" type="submit">
          {words.go}
        </Button>
      </form>
      {failure !== undefined && <Failure error={failure} />}
      {found && (
        <>
          <p role="status">{found.images.length > 0 ? fill(words.found, { count: found.images.length }) : words.none}</p>
          {found.images.length > 0 && (
            <Rows
              rows={found.images}
              label={words.title}
              height={ROW_HEIGHT}
              keyOf={(image) => image.id}
              draw={(image) => <ImageRow image={image} terms={terms} />}
              onEnd={() => found.after && void run(found.after)}
            />
          )}
        </>
      )}
    </div>
  );
}
