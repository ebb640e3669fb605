// Every version of every model side by side, with intervals, and the two buttons that change what serves.
import { useState } from "preact/hooks";

import { admin, type Shelf, type Version } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Failure } from "../../parts/Failure";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { Intervals } from "./Intervals";

const SHOWN = [
  "balanced_accuracy",
  "accuracy",
  "macro_auc",
  "malignant_auc",
  "malignant_sensitivity",
  "malignant_specificity",
  "ece",
  "iou",
  "dice",
] as const;

export function Models() {
  const words = wordsOf("admin").value.models;
  const models = useAsked(admin.models, []);
  return (
    <Asked state={models}>
      {(shelves) => (
        <div class="room">
          <p>{words.licence}</p>
          {shelves.length === 0 && <p>{words.none}</p>}
          {shelves.map((shelf) => (
            <OneModel key={shelf.name} shelf={shelf} onChanged={models.again} />
          ))}
        </div>
      )}
    </Asked>
  );
}

interface Change {
  kind: "promote" | "roll_back";
  version: string;
}

function OneModel({ shelf, onChanged }: { shelf: Shelf; onChanged: () => void }) {
  const words = wordsOf("admin").value.models;
  const [change, setChange] = useState<Change>();
  const day = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" });
  const known = SHOWN.filter((name) => shelf.versions.some((version) => figureOf(version, name) !== undefined));
  return (
    <section class="room side" aria-label={shelf.name}>
      <div class="room-head">
        <h2>{shelf.name}</h2>
        {shelf.previous && (
          <Button kind="danger" onClick={() => setChange({ kind: "roll_back", version: shelf.previous ?? "" })}>
            {fill(words.roll_back, { version: shelf.previous })}
          </Button>
        )}
      </div>
      <p>
        <strong>{fill(words.champion, { version: shelf.champion })}</strong>{" "}
        {shelf.promoted_at && fill(words.since, { date: day.format(new Date(shelf.promoted_at)), who: shelf.promoted_by })}
      </p>
      <Table
        caption={fill(words.versions, { name: shelf.name })}
        head={[words.version, words.made, words.pictures, ...known.map((name) => words.figures[name]), ""]}
        rows={shelf.versions.map((version) => ({
          key: version.version,
          cells: [
            version.bundled ? `${version.version} (${words.bundled})` : version.version,
            day.format(new Date(version.created)),
            version.test_pictures || words.validation,
            ...known.map((name) => said(figureOf(version, name))),
            version.champion ? (
              <strong>{words.serves}</strong>
            ) : (
              <Button
                aria-label={fill(words.promote_version, { version: version.version })}
                onClick={() => setChange({ kind: "promote", version: version.version })}
              >
                {words.promote}
              </Button>
            ),
          ],
        }))}
      />
      {known[0] && <Intervals shelf={shelf} figure={known[0]} name={words.figures[known[0]]} />}
      {shelf.history.length > 0 && (
        <details>
          <summary>{words.history}</summary>
          <ol>
            {shelf.history.map((each) => (
              <li key={each.id}>
                {fill(words.promoted, { version: each.version, who: each.by, date: day.format(new Date(each.at)) })}
              </li>
            ))}
          </ol>
        </details>
      )}
      {change && <Confirm shelf={shelf} change={change} onClose={() => setChange(undefined)} onChanged={onChanged} />}
    </section>
  );
}

interface ConfirmProps {
  shelf: Shelf;
  change: Change;
  onClose: () => void;
  onChanged: () => void;
}

/** Says what will be different, for whom, before it is. */
function Confirm({ shelf, change, onClose, onChanged }: ConfirmProps) {
  const words = wordsOf("admin").value.models;
  const [failure, setFailure] = useState<unknown>();
  const title = change.kind === "promote" ? words.confirm_promote : words.confirm_roll_back;
  const act = async () => {
    try {
      if (change.kind === "promote") await admin.promote(shelf.name, change.version, shelf.champion);
      else await admin.rollBack(shelf.name, shelf.champion);
      say(fill(words.done, { version: change.version }));
      onClose();
      onChanged();
    } catch (error) {
      setFailure(error);
      onChanged();
    }
  };
  return (
    <Dialog
      title={fill(title, { version: change.version })}
      open
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{shared.value.common.cancel}</Button>
          <Button kind="main" onClick={() => void act()}>
            {fill(words.promote_version, { version: change.version })}
          </Button>
        </>
      }
    >
      <p>{fill(words.consequence, { name: shelf.name, next: change.version, now: shelf.champion })}</p>
      {failure !== undefined && <Failure error={failure} />}
    </Dialog>
  );
}

export function figureOf(version: Version, name: string): readonly (number | null)[] | undefined {
  const figure = version.figures[name];
  if (figure) return figure;
  const plain = version.metrics[`validation.${name}`]; // a version that came with the code carries only these
  return plain === undefined ? undefined : [plain, null, null];
}

function said(figure: readonly (number | null)[] | undefined): string {
  const [value, low, high] = figure ?? [];
  if (typeof value !== "number") return "–";
  const short = (number: number) => number.toFixed(3);
  return typeof low === "number" && typeof high === "number" ? `${short(value)} [${short(low)}, ${short(high)}]` : short(value);
}
