// The photos of one spot: each with its frame, and with what could be better about it, before anything is sent.
import { useState } from "preact/hooks";

import { MOST_PHOTOS, type DraftPhoto } from "../../model/draft";
import { Button } from "../../parts/Button";
import { lazily } from "../../parts/lazily";
import { Notice } from "../../parts/Notice";
import { startWords } from "../../words/start";
import { fill, shared, wordsOf } from "../../words/words";
import { PhotoPicker } from "./PhotoPicker";
import { StepTitle } from "./StepTitle";
import { whyUnread } from "./unread";
import { check } from "./world";

const Cropping = lazily(async () => (await import("./Cropping")).Cropping, CroppingRoom);

export function PhotoStep() {
  const words = wordsOf("check").value;
  const { photos } = check.draft.value;
  return (
    <section>
      <StepTitle title={words.photo.title} lead={words.photo.lead} />
      {check.restored.value && <Restored />}
      <ul class="photos">
        {photos.map((photo, index) => (
          <li key={photo.id} class="card">
            <Photo photo={photo} number={index + 1} many={photos.length > 1} />
          </li>
        ))}
      </ul>
      {photos.length < MOST_PHOTOS && <Another />}
      <div class="step-actions">
        <Button onClick={() => void check.startOver()}>{words.start_over}</Button>
        <Button kind="main" disabled={photos.length === 0} onClick={() => check.go("questions")}>
          {shared.value.common.next}
        </Button>
      </div>
    </section>
  );
}

function Restored() {
  return <Notice tone="info" title={wordsOf("check").value.restored} live />;
}

function Photo({ photo, number, many }: { photo: DraftPhoto; number: number; many: boolean }) {
  const words = wordsOf("check").value;
  return (
    <>
      {many && <h2>{fill(words.photo.picture, { n: number })}</h2>}
      <Cropping photo={photo} number={number} />
      <p class="field-hint proposed" role="status">
        {photo.cropBy === "proposal" ? words.photo.proposed : null}
      </p>
      <QualityNotice photo={photo} />
      <Button kind="quiet" onClick={() => void check.remove(photo.id)}>
        {many ? fill(words.photo.remove, { n: number }) : words.photo.retake}
      </Button>
    </>
  );
}

/** As large as the frame and its buttons will be. */
function CroppingRoom({ photo }: { photo: DraftPhoto; number: number }) {
  return (
    <div class="cropping">
      <div class="cropping-place" style={{ "--ratio": String(photo.width / photo.height) }} />
      <div class="cropping-controls" />
    </div>
  );
}

function QualityNotice({ photo }: { photo: DraftPhoto }) {
  const words = wordsOf("check").value;
  if (photo.issues.length === 0) return <Notice tone="calm" title={words.photo.good} live />;
  return (
    <Notice tone="care" title={words.photo.poor} live>
      <ul class="plain-list">
        {photo.issues.map((code) => (
          <li key={code}>{words.issues[code]}</li>
        ))}
      </ul>
      <p>{words.photo.poor_hint}</p>
    </Notice>
  );
}

function Another() {
  const words = wordsOf("check").value.photo;
  const [failure, setFailure] = useState("");
  const add = (file: Blob) => {
    setFailure("");
    check.add(file).catch((error: unknown) => setFailure(whyUnread(error)));
  };
  return (
    <details class="another">
      <summary>{words.add}</summary>
      <PhotoPicker onPhoto={add} />
      {check.reading.value > 0 && <p role="status">{startWords.value.reading}</p>}
      {failure && <Notice tone="alarm" title={failure} live />}
    </details>
  );
}
