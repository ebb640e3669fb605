// New pictures by the archive, what became of each, and how doctors will read them.
import { useEffect, useRef, useState } from "preact/hooks";

import { admin, type UploadReport } from "../../api/administering";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Check, Field } from "../../parts/Field";
import { Table } from "../../parts/Table";
import { fill, locale, wordsOf } from "../../words/words";
import { Settings } from "./Settings";

const SOURCE = "[A-Za-z0-9][A-Za-z0-9 ._\\-]{0,59}"; // as the API asks; a browser wants the hyphen escaped

export function Images() {
  return (
    <div class="room">
      <Archive />
      <Settings />
    </div>
  );
}

function Archive() {
  const words = wordsOf("admin").value.images;
  const [file, setFile] = useState<File>();
  const [source, setSource] = useState("");
  const [consented, setConsented] = useState(false);
  const sending = useSending();
  return (
    <form
      class="panel side"
      onSubmit={(event) => {
        event.preventDefault();
        if (file) sending.start(file, source.trim());
      }}
    >
      <h2>{words.title}</h2>
      <Field label={words.archive} hint={words.archive_hint}>
        <input
          class="input"
          type="file"
          required
          accept=".zip,application/zip"
          onChange={(event) => setFile(event.currentTarget.files?.[0])}
        />
      </Field>
      <Field label={words.source} hint={words.source_hint}>
        <input class="input" required pattern={SOURCE} value={source} onInput={(event) => setSource(event.currentTarget.value)} />
      </Field>
      <Check label={words.consented} checked={consented} onChange={setConsented} />
      <div>
        <Button kind="main" type="submit" disabled={!file || !consented || sending.share !== undefined}>
          {words.send}
        </Button>
      </div>
      {sending.share !== undefined && <Progress share={sending.share} />}
      {sending.failure !== undefined && <Failure error={sending.failure} />}
      {sending.report && <Report report={sending.report} />}
    </form>
  );
}

function useSending() {
  const [share, setShare] = useState<number>();
  const [report, setReport] = useState<UploadReport>();
  const [failure, setFailure] = useState<unknown>();
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);
  const start = (file: File, source: string) => {
    setFailure(undefined);
    setReport(undefined);
    setShare(0);
    void admin
      .bringIn(file, source, setShare, leaving.current.signal)
      .then(setReport, setFailure)
      .finally(() => setShare(undefined));
  };
  return { share, report, failure, start };
}

function Progress({ share }: { share: number }) {
  const words = wordsOf("admin").value.images;
  const percent = new Intl.NumberFormat(locale.value, { style: "percent" }).format(share);
  const said = share < 1 ? fill(words.sending, { share: percent }) : words.reading;
  return (
    <>
      {share < 1 ? <progress max={1} value={share} aria-label={words.send} /> : <progress aria-label={words.send} />}
      <p role="status">{said}</p>
    </>
  );
}

function Report({ report }: { report: UploadReport }) {
  const words = wordsOf("admin").value.images;
  const { queued, duplicates, refused } = report;
  const first = [...report.files].sort((one, other) => Number(other.outcome === "refused") - Number(one.outcome === "refused"));
  return (
    <>
      <p role="status">
        <strong>{fill(words.counts, { queued, duplicates, refused })}</strong>
      </p>
      {report.unknown_columns.length > 0 && <p>{fill(words.columns, { names: report.unknown_columns.join(", ") })}</p>}
      {report.files.length > 0 && (
        <Table
          caption={words.outcome}
          head={[words.file, words.outcome, words.why]}
          rows={first.map((each) => ({ key: each.file, cells: [each.file, words[each.outcome], each.reason || each.image] }))}
        />
      )}
    </>
  );
}
