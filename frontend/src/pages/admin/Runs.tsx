// Trainings: all of them, one of them as it runs, and starting one by hand.
import { useEffect, useState } from "preact/hooks";

import { admin, type RunView } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Failure } from "../../parts/Failure";
import { Notice } from "../../parts/Notice";
import { place } from "../../parts/place";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { fill, locale, shared, wordsOf } from "../../words/words";

const AGAIN_MS = 4000;

export function Runs() {
  const id = place.value[1];
  return id ? <OneRun id={id} /> : <AllRuns />;
}

function AllRuns() {
  const words = wordsOf("admin").value.runs;
  const runs = useAsked(admin.runs, []);
  const moment = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div class="room">
      <Start onStarted={runs.again} />
      <Asked state={runs}>
        {(found) =>
          found.runs.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <Table
              caption={wordsOf("admin").value.tabs.runs}
              head={[words.created, words.state, words.pictures, words.asked_by, ""]}
              rows={found.runs.map((run) => ({
                key: run.id,
                cells: [
                  moment.format(new Date(run.created_at)),
                  words.states[run.state],
                  run.pictures,
                  run.asked_by,
                  <a href={`#/runs/${encodeURIComponent(run.id)}`} aria-label={fill(words.open_run, { id: run.id })}>
                    {words.open}
                  </a>,
                ],
              }))}
            />
          )
        }
      </Asked>
    </div>
  );
}

function Start({ onStarted }: { onStarted: () => void }) {
  const words = wordsOf("admin").value.runs;
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const start = () => {
    setAsking(false);
    admin.start().then(() => {
      say(words.started);
      onStarted();
    }, setFailure);
  };
  return (
    <>
      <Button kind="main" onClick={() => setAsking(true)}>
        {words.start}
      </Button>
      {failure !== undefined && <Failure error={failure} />}
      <Dialog
        title={words.confirm}
        open={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{shared.value.common.cancel}</Button>
            <Button kind="main" onClick={start}>
              {words.start}
            </Button>
          </>
        }
      >
        <p>{words.confirm_text}</p>
      </Dialog>
    </>
  );
}

function OneRun({ id }: { id: string }) {
  const words = wordsOf("admin").value.runs;
  const asked = useAsked(() => admin.run(id), [id]);
  const going = asked.found?.run.active ?? false;
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(asked.again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [going]);
  return (
    <div class="room">
      <a href="#/runs">{words.back}</a>
      <Asked state={asked}>{(found) => <Shown view={found} />}</Asked>
    </div>
  );
}

function Shown({ view }: { view: RunView }) {
  const words = wordsOf("admin").value.runs;
  const { run, progress, log, candidates } = view;
  const provenance = { snapshot: run.snapshot.slice(0, 12), code: run.code_version || "–", seed: run.seed ?? "–" };
  return (
    <>
      <h2>{words.states[run.state]}</h2>
      <p>{fill(words.provenance, provenance)}</p>
      {run.message && <Notice tone={run.state === "failed" ? "alarm" : "info"} title={run.message} />}
      {progress && run.active && (
        <label class="field">
          {fill(words.progress, { step: progress.step, done: progress.done, total: progress.total })}
          <progress class="bar-track" max={Math.max(1, progress.total)} value={progress.done} />
        </label>
      )}
      {candidates.map((candidate) => (
        <section class="room" key={candidate.id}>
          <h3>
            {fill(words.gate, { model: `${candidate.model} ${candidate.version}` })}:{" "}
            {candidate.passed ? words.green : words.red}
          </h3>
          <Table
            caption={fill(words.gate, { model: candidate.model })}
            head={[words.rule, words.asked, words.found, words.verdict]}
            rows={candidate.gate.map((line) => ({
              key: line.rule,
              cells: [line.rule, line.asked, line.found, line.passed ? words.passed : <strong>{words.failed}</strong>],
            }))}
          />
        </section>
      ))}
      <h3>{words.log}</h3>
      {log.length === 0 ? (
        <p>{words.no_log}</p>
      ) : (
        <pre class="log" tabIndex={0} role="log" aria-label={words.log}>
          {log.join("\n")}
        </pre>
      )}
    </>
  );
}
