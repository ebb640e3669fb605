// The first screen: what this is, a photo to take or choose, and how to take a good one.
import { useState } from "preact/hooks";

import { lazily } from "../../parts/lazily";
import { Notice } from "../../parts/Notice";
import { startWords } from "../../words/start";
import { need } from "../../words/words";
import { PhotoPicker } from "./PhotoPicker";
import { whyUnread } from "./unread";
import { check } from "./world";

const History = lazily(async () => (await Promise.all([import("./History"), need("check")]))[0].History);

export function StartStep() {
  const words = startWords.value;
  const [failure, setFailure] = useState("");
  const add = (file: Blob) => {
    setFailure("");
    check.add(file).catch((error: unknown) => setFailure(whyUnread(error)));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) add(file);
  };
  return (
    <div class="start" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <section class="start-lead">
        <h1>{words.title}</h1>
        <p class="lead">{words.lead}</p>
        <PhotoPicker onPhoto={add} />
        <p class="start-drop">{words.drop}</p>
        {check.reading.value > 0 && <p role="status">{words.reading}</p>}
        {failure && <Notice tone="alarm" title={failure} live />}
        <p class="field-hint">{words.privacy}</p>
      </section>
      <Guide />
      <div class="start-urgent">
        <Notice tone="alarm" title={words.urgent.title}>
          <p>{words.urgent.text}</p>
        </Notice>
      </div>
      {check.past.value.length > 0 && <History />}
    </div>
  );
}

function Guide() {
  const words = startWords.value.guide;
  return (
    <section class="guide" aria-labelledby="guide-title">
      <GuidePicture label={words.picture} />
      <div>
        <h2 id="guide-title">{words.title}</h2>
        <ol class="guide-list">
          <li>{words.near}</li>
          <li>{words.light}</li>
          <li>{words.middle}</li>
        </ol>
      </div>
    </section>
  );
}

function GuidePicture({ label }: { label: string }) {
  return (
    <svg class="guide-picture" viewBox="0 0 200 200" role="img" aria-label={label} width="200" height="200">
      <rect class="guide-skin" width="200" height="200" rx="16" />
      <path
        class="guide-spot"
        d="M78 92c2-14 16-22 30-19 14 2 24 12 22 26-1 15-13 28-29 27-15-1-26-19-23-34z"
      />
      <path class="guide-spot-dark" d="M92 94c3-8 12-11 20-8 8 4 9 12 5 19-4 6-14 9-20 4-5-4-7-10-5-15z" />
      <circle class="guide-ring" cx="100" cy="100" r="66" />
    </svg>
  );
}
