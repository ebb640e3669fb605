// A later photo of the same spot beside the earlier one: what changed, and that this replaces no check of the new photo.
import { useState } from "preact/hooks";

import { compare } from "../../api/following";
import { base64, type Picture } from "../../canvas/pictures";
import type { SentPhoto } from "../../model/draft";
import type { LesionFigures, Revisit } from "../../model/api";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { Notice, type Tone } from "../../parts/Notice";
import { Table } from "../../parts/Table";
import { fill, locale, wordsOf } from "../../words/words";
import { Outlined } from "./Outlined";
import { PhotoPicker } from "./PhotoPicker";
import { cutAlike } from "./doing";
import { whyUnread } from "./unread";
import { check } from "./world";

interface Compared {
  file: Blob;
  later: Picture;
  told: Revisit;
}

const TONES: Record<Revisit["status"], Tone> = { changed: "care", alike: "calm", unclear: "info" };

export function Compare({ shown }: { shown: PastCheck }) {
  const words = wordsOf("check").value.compare;
  const [found, setFound] = useState<Compared>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const earlier = shown.photos[0];
  if (!earlier) return null;
  const lay = async (file: Blob) => {
    setBusy(true);
    setFailure("");
    setFound(undefined);
    try {
      const later = await cutAlike(file, earlier);
      const told = await compare(await base64(earlier.picture), await base64(later.blob), locale.value);
      setFound({ file, later, told });
    } catch (error) {
      setFailure(whyUnread(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card panel" aria-labelledby="compare-title">
      <h2 id="compare-title">{words.title}</h2>
      <p>{words.lead}</p>
      <PhotoPicker onPhoto={(file) => void lay(file)} />
      <p role="status">{busy && words.busy}</p>
      {failure && <Notice tone="alarm" title={failure} live />}
      {found && <Found found={found} earlier={earlier} at={shown.at} />}
    </section>
  );
}

function Found({ found: { file, later, told }, earlier, at }: { found: Compared; earlier: SentPhoto; at: string }) {
  const words = wordsOf("check").value.compare;
  const date = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" }).format(Date.parse(at));
  const before = fill(words.earlier, { date });
  return (
    <>
      <Notice tone={told.tier === "urgent" ? "care" : TONES[told.status]} title={words[told.status]} live>
        {told.changes.length > 0 && (
          <ul class="plain-list" lang={told.locale}>
            {told.changes.map((change) => (
              <li key={change.code}>{change.text}</li>
            ))}
          </ul>
        )}
        <p lang={told.locale}>{told.text}</p>
      </Notice>
      <div class="compared">
        <figure class="looked">
          <Outlined picture={earlier.picture} size={earlier} label={before} points={told.earlier.points} />
          <figcaption>{before}</figcaption>
        </figure>
        <figure class="looked">
          <Outlined picture={later.blob} size={later} label={words.later} points={told.later.points} />
          <figcaption>{words.later}</figcaption>
        </figure>
      </div>
      {told.earlier.figures && told.later.figures && (
        <SideBySide earlier={told.earlier.figures} later={told.later.figures} names={[before, words.later]} />
      )}
      <Notice tone="care" title={words.no_replacement}>
        <div class="notice-actions">
          <Button kind="main" onClick={() => void check.startOver().then(() => check.add(file))}>
            {words.check_new}
          </Button>
        </div>
      </Notice>
    </>
  );
}

interface SideBySideProps {
  earlier: LesionFigures;
  later: LesionFigures;
  names: readonly [string, string];
}

function SideBySide({ earlier, later, names }: SideBySideProps) {
  const words = wordsOf("check").value;
  const share = new Intl.NumberFormat(locale.value, { style: "percent" });
  const list = new Intl.ListFormat(locale.value, { type: "unit" });
  const rows: [string, (of: LesionFigures) => string][] = [
    [words.answer.asymmetry, (of) => share.format(of.asymmetry)],
    [words.answer.border, (of) => share.format(of.border)],
    [words.answer.colours, (of) => list.format(of.colours.map((colour) => words.colours[colour]))],
  ];
  return (
    <Table
      caption={words.answer.figures}
      head={[words.answer.figures, ...names]}
      rows={rows.map(([name, of]) => ({ key: name, cells: [name, of(earlier), of(later)] }))}
    />
  );
}
