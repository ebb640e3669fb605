// Reading one image after the other: takes what is next, prefetches what follows, and never loses what was said.
import { useEffect, useRef, useState } from "preact/hooks";

import * as api from "../../api/reviewing";
import type { ImageView, ReviewWords } from "../../model/reviewing";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { go } from "../../parts/place";
import { unsentReadings } from "../../storage/unsent";
import { beginReading, type Reading } from "../../state/reading";
import { locale, shared, wordsOf } from "../../words/words";
import { Prefetch } from "./prefetch";
import { ReadingScreen } from "./ReadingScreen";

interface Shown {
  reading: Reading;
  picture: Blob;
  openedAt: number;
}

const prefetch = new Prefetch();
const seen: string[] = [];

export function ReadingRoom({ terms, id }: { terms: ReviewWords; id: string | undefined }) {
  const words = wordsOf("review").value;
  const [shown, setShown] = useState<Shown | null>();
  const [failure, setFailure] = useState<unknown>();
  const current = useRef<Shown | undefined>(undefined);

  const show = async (image: ImageView) => {
    const [picture, unsent] = await Promise.all([
      prefetch.picture(image.id),
      unsentReadings.read(image.id).catch(() => undefined),
    ]);
    current.current?.reading.close();
    const next = { reading: beginReading(image, roadsOf(image.id), unsent), picture, openedAt: Date.now() };
    current.current = next;
    setFailure(undefined);
    setShown(next);
    if (seen.at(-1) !== image.id) seen.push(image.id);
    void prefetch.following(locale.value, image.id);
  };
  const take = async (skip: readonly string[] = []) => {
    const image = await prefetch.take(locale.value, skip);
    if (!image) {
      setShown(null);
      return;
    }
    await show(image);
    go("read", image.id);
  };
  const leave = async (onward: () => Promise<void>) => {
    await current.current?.reading.flush();
    await onward().catch(setFailure);
  };

  useEffect(() => {
    if (id !== undefined && current.current?.reading.image.id === id) return; // it was taken and shown already
    const work = id === undefined ? take() : prefetch.open(id, locale.value).then(show);
    work.catch(setFailure);
  }, [id]);
  useEffect(() => {
    const online = () => void current.current?.reading.flush();
    addEventListener("online", online);
    return () => {
      removeEventListener("online", online);
      void current.current?.reading.flush();
      current.current?.reading.close();
    };
  }, []);

  if (failure !== undefined) return <Failure error={failure} again={() => go("queue")} />;
  if (shown === undefined) return <p role="status">{shared.value.common.loading}</p>;
  if (shown === null) return <Finished />;
  const before = seen[seen.lastIndexOf(shown.reading.image.id) - 1];
  return (
    <>
      <p>
        <a href="#/queue">{words.reading.back}</a>
      </p>
      <ReadingScreen
        key={shown.reading.image.id}
        reading={shown.reading}
        picture={shown.picture}
        openedAt={shown.openedAt}
        terms={terms}
        onNext={() => void leave(() => take([shown.reading.image.id]))}
        onPrevious={before ? () => void leave(() => to(before)) : undefined}
        onChanged={(image) => void show(image).catch(setFailure)}
      />
    </>
  );
}

function to(image: string): Promise<void> {
  go("read", image);
  return Promise.resolve();
}

function Finished() {
  const words = wordsOf("review").value;
  return (
    <div class="room">
      <h1>{words.reading.title}</h1>
      <p role="status">{words.queue.empty}</p>
      <p>
        <Button onClick={() => go("queue")}>{words.reading.back}</Button>
      </p>
    </div>
  );
}

function roadsOf(image: string) {
  return {
    save: (findings: Parameters<typeof api.saveDraft>[1], version: number) =>
      api.saveDraft(image, findings, version, locale.value),
    judge: api.judge,
    keep: unsentReadings.keep,
    forget: unsentReadings.forget,
  };
}
