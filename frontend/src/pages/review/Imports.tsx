// Annotations that were made elsewhere, brought in as this doctor's drafts.
import { useState } from "preact/hooks";

import { bringIn, read, type Taken } from "../../api/exporting";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { Table } from "../../parts/Table";
import { fill, wordsOf } from "../../words/words";

export function Imports() {
  const words = wordsOf("review").value.exports;
  const [files, setFiles] = useState<readonly File[]>([]);
  const [bad, setBad] = useState<string>();
  const [taken, setTaken] = useState<Taken>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const bring = async () => {
    const known = await Promise.all(files.map(async (file) => read(await file.text())));
    const wrong = files.find((_file, number) => known[number] === null);
    setBad(wrong && fill(words.bad_file, { name: wrong.name }));
    if (!wrong) setTaken(await bringIn(known.filter((each) => each !== null)));
  };
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        setFailure(undefined);
        setTaken(undefined);
        setBusy(true);
        void bring()
          .catch(setFailure)
          .finally(() => setBusy(false));
      }}
    >
      <h2>{words.import}</h2>
      <Field label={words.files} hint={words.import_hint} error={bad}>
        <input
          class="input"
          type="file"
          multiple
          required
          accept=".json,application/json"
          onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])}
        />
      </Field>
      <div>
        <Button type="submit" disabled={busy || files.length === 0}>
          {words.take}
        </Button>
      </div>
      {busy && <progress aria-label={words.take} />}
      {failure !== undefined && <Failure error={failure} />}
      {taken && <p role="status">{fill(words.taken, { saved: taken.saved, refused: taken.refused })}</p>}
      {taken && taken.images.length > 0 && (
        <Table
          caption={words.import}
          head={[words.image, words.outcome]}
          rows={taken.images.map((each, number) => ({
            key: `${number}`,
            cells: [each.image, each.saved ? words.saved : each.reason],
          }))}
        />
      )}
    </form>
  );
}
