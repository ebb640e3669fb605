// Annotations in other programs' forms: taken out with progress, and brought in as drafts.
import { useEffect, useRef, useState } from "preact/hooks";

import { FORMATS, takeOut, type Arrived, type ExportWanted, type Format } from "../../api/exporting";
import type { ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { download } from "../../parts/download";
import { fill, locale, wordsOf } from "../../words/words";
import { Imports } from "./Imports";

const NAMES = Object.keys(FORMATS) as Format[];

export function Exports({ terms }: { terms: ReviewWords }) {
  const words = wordsOf("review").value;
  const [wanted, setWanted] = useState<ExportWanted>({ format: "coco" });
  const set = (part: Partial<ExportWanted>) => setWanted((before) => ({ ...before, ...part }));
  const coming = useDownload(wanted);
  return (
    <div class="room">
      <h2>{words.exports.title}</h2>
      <p>{words.exports.hint}</p>
      <form class="search-form" onSubmit={coming.start}>
        <Choice
          label={words.exports.format}
          options={NAMES.map((format) => [format, words.exports[format]] as const)}
          value={wanted.format}
          onChoose={(format) => set({ format: format as Format })}
        />
        <Choice label={words.search.diagnosis} options={Object.entries(terms.diagnoses)} none={words.search.any} onChoose={(code) => set({ diagnosis: code || undefined })} />
        <Choice label={words.search.site} options={Object.entries(terms.sites)} none={words.search.any} onChoose={(code) => set({ site: code || undefined })} />
        <Field label={words.search.since}>
          <input class="input" type="date" onInput={(event) => set({ since: event.currentTarget.value || undefined })} />
        </Field>
        <Field label={words.search.until}>
          <input class="input" type="date" onInput={(event) => set({ until: event.currentTarget.value || undefined })} />
        </Field>
        {coming.busy ? (
          <Button onClick={coming.stop}>{words.exports.stop}</Button>
        ) : (
          <Button kind="main" type="submit">
            {words.exports.download}
          </Button>
        )}
      </form>
      {coming.busy && <progress aria-label={words.exports.download} />}
      <p role="status">{coming.arrived && told(coming.busy ? words.exports.coming : words.exports.done, coming.arrived)}</p>
      {coming.failure !== undefined && <Failure error={coming.failure} />}
      <Imports />
    </div>
  );
}

function useDownload(wanted: ExportWanted) {
  const [arrived, setArrived] = useState<Arrived>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const stopping = useRef<AbortController | null>(null);
  useEffect(() => () => stopping.current?.abort(), []);
  const start = (event: Event) => {
    event.preventDefault();
    const stop = (stopping.current = new AbortController());
    setFailure(undefined);
    setArrived(undefined);
    setBusy(true);
    takeOut(wanted, setArrived, stop.signal)
      .then((file) => download(file, FORMATS[wanted.format]))
      .catch((error: unknown) => {
        setArrived(undefined);
        if (!stop.signal.aborted) setFailure(error);
      })
      .finally(() => setBusy(false));
  };
  return { arrived, failure, busy, start, stop: () => stopping.current?.abort() };
}

function told(sentence: string, { bytes, images }: Arrived): string {
  const large = bytes >= 1_000_000;
  const size = new Intl.NumberFormat(locale.value, {
    style: "unit",
    unit: large ? "megabyte" : "kilobyte",
    maximumFractionDigits: 1,
  }).format(bytes / (large ? 1_000_000 : 1000));
  return fill(sentence, { size, count: images });
}
