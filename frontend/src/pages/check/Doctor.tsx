// Asking a doctor about a check, and reading the answer; both sides see the same thread.
import { useEffect, useMemo, useState } from "preact/hooks";

import { askDoctor, consultation, letter, tellDoctor } from "../../api/following";
import { explain } from "../../api/problem";
import { base64 } from "../../canvas/pictures";
import type { Thread } from "../../model/api";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { download } from "../../parts/download";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { fill, locale, shared, wordsOf } from "../../words/words";

const LONGEST = 4000;
const LONGEST_REGION = 80;

export function Doctor({ shown }: { shown: PastCheck }) {
  const words = wordsOf("check").value.doctor;
  const [thread, setThread] = useState<Thread | null>();
  const [failure, setFailure] = useState("");
  const { id, token } = shown;
  const run = async (work: () => Promise<Thread | null>) => {
    setFailure("");
    try {
      setThread(await work());
      return true;
    } catch (error) {
      setFailure(explain(error, shared.value).text);
      return false;
    }
  };
  useEffect(() => {
    if (token) void run(() => consultation(id, token));
  }, [id]);
  if (token === null) return <Notice tone="care" title={words.not_kept} />;
  const tell = async (key: string, text: string, region: string) => {
    // a doctor cannot say much without the photo: where it was not kept, it goes along with the question
    const first = shown.photos[0];
    const image = thread === null && !shown.stored && first ? { image: await base64(first.picture) } : {};
    if (thread) return run(() => tellDoctor(id, token, key, { text }));
    return run(() => askDoctor(id, token, key, { text, region, ...image, locale: locale.value }));
  };
  return (
    <section class="card panel" aria-labelledby="doctor-title">
      <h2 id="doctor-title">{words.title}</h2>
      {thread ? <Said thread={thread} /> : <p>{words.lead}</p>}
      {thread === null && !shown.stored && <p class="field-hint">{words.photo_goes_along}</p>}
      {thread !== undefined && <Ask first={thread === null} onTell={tell} />}
      {failure && <Notice tone="alarm" title={failure} live />}
      {thread && (
        <div class="notice-actions">
          <Button onClick={() => void run(() => consultation(id, token))}>{words.refresh}</Button>
          {thread.referral && <Letter id={id} token={token} onFailure={setFailure} />}
        </div>
      )}
    </section>
  );
}

function Said({ thread }: { thread: Thread }) {
  const words = wordsOf("check").value.doctor;
  const day = new Intl.DateTimeFormat(locale.value, { dateStyle: "long" });
  return (
    <>
      <p role="status">{fill(words.asked, { date: day.format(Date.parse(thread.due_at)) })}</p>
      <ol class="thread">
        {thread.messages.map((message) => (
          <li key={message.at} data-author={message.author}>
            <p class="thread-author">
              {message.author === "doctor" ? message.name || words.from_doctor : words.from_person}{" "}
              <time dateTime={message.at}>{day.format(Date.parse(message.at))}</time>
            </p>
            <p>{message.text}</p>
          </li>
        ))}
      </ol>
    </>
  );
}

interface AskProps {
  first: boolean;
  onTell: (key: string, text: string, region: string) => Promise<boolean>;
}

function Ask({ first, onTell }: AskProps) {
  const words = wordsOf("check").value.doctor;
  const [text, setText] = useState("");
  const [region, setRegion] = useState("");
  const [busy, setBusy] = useState(false);
  // the same words are the same message, however often they must be sent
  const key = useMemo(() => crypto.randomUUID(), [text, region]);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    if (await onTell(key, text.trim(), region.trim())) setText("");
    setBusy(false);
  };
  return (
    <form class="panel-form" onSubmit={(event) => void submit(event)}>
      <Field label={first ? words.question : words.more}>
        <textarea
          class="input"
          rows={3}
          required
          maxLength={LONGEST}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      {first && (
        <Field label={words.region} hint={words.region_hint}>
          <input
            class="input"
            maxLength={LONGEST_REGION}
            autocomplete="address-level1"
            value={region}
            onInput={(event) => setRegion(event.currentTarget.value)}
          />
        </Field>
      )}
      <Button kind="main" type="submit" disabled={busy || text.trim() === ""}>
        {words.submit}
      </Button>
    </form>
  );
}

function Letter({ id, token, onFailure }: { id: string; token: string; onFailure: (text: string) => void }) {
  const get = () =>
    letter(id, token).then(
      (file) => download(file, "dermaloop.pdf"),
      (error: unknown) => onFailure(explain(error, shared.value).text),
    );
  return <Button onClick={() => void get()}>{wordsOf("check").value.doctor.letter}</Button>;
}
