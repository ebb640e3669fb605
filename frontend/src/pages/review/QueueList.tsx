// What waits for this doctor, the most worthwhile first, and what waits on this device to be sent.
import { useEffect, useRef, useState } from "preact/hooks";

import { queue, saveDraft, type QueuePage } from "../../api/reviewing";
import type { ImageSummary, ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Notice } from "../../parts/Notice";
import { go } from "../../parts/place";
import { Rows } from "../../parts/Rows";
import { useAsked } from "../../parts/useAsked";
import { unsentReadings } from "../../storage/unsent";
import { fill, locale, shared, wordsOf } from "../../words/words";
import { ImageRow, ROW_HEIGHT } from "./ImageRow";

const FURTHER = 200;

export function QueueList({ terms }: { terms: ReviewWords }) {
  const words = wordsOf("review").value.queue;
  const here = locale.value;
  const [images, setImages] = useState<readonly ImageSummary[]>([]);
  const [after, setAfter] = useState<string>();
  const coming = useRef(false);
  const first = useAsked(() => queue(here), [here]);
  useEffect(() => {
    if (!first.found) return;
    setImages(first.found.images);
    setAfter(first.found.after);
  }, [first.found]);
  const more = () => {
    if (!after || coming.current) return;
    coming.current = true;
    const add = (page: QueuePage) => {
      setImages((before) => [...before, ...page.images]);
      setAfter(page.after);
    };
    queue(here, after, FURTHER)
      .then(add, () => undefined) // scrolling on asks again
      .finally(() => (coming.current = false));
  };
  if (first.failure !== undefined && !first.found) return <Failure error={first.failure} again={first.again} />;
  if (!first.found) return <p role="status">{shared.value.common.loading}</p>;
  return (
    <div class="room">
      <Unsent />
      <div class="room-head">
        <h2>{words.title}</h2>
        <Button kind="main" disabled={images.length === 0} onClick={() => go("read")}>
          {words.start}
        </Button>
      </div>
      {images.length === 0 ? (
        <p>{words.empty}</p>
      ) : (
        <Rows
          rows={images}
          label={words.list}
          height={ROW_HEIGHT}
          keyOf={(image) => image.id}
          draw={(image) => <ImageRow image={image} terms={terms} />}
          onEnd={more}
        />
      )}
    </div>
  );
}

/** Readings that were made without a connection; opening one sends it too. */
function Unsent() {
  const words = wordsOf("review").value.queue;
  const waiting = useAsked(() => unsentReadings.all(), []);
  const count = waiting.found?.length ?? 0;
  if (count === 0) return null;
  const send = async () => {
    for (const each of waiting.found ?? []) {
      await saveDraft(each.image, each.findings, each.version, locale.value)
        .then(() => unsentReadings.forget(each.image))
        .catch(() => undefined); // it stays, and opening it tells why
    }
    waiting.again();
  };
  return (
    <Notice tone="care" title={fill(words.unsent, { count })}>
      <div class="notice-actions">
        <Button onClick={() => void send()}>{words.send}</Button>
      </div>
    </Notice>
  );
}
