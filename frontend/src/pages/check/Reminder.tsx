// To look again on the right day: a message to an address that is left here, or a file for any calendar.
import { useEffect, useState } from "preact/hooks";

import { forgetReminder, reminder, reminderFile, remindMe } from "../../api/following";
import { explain } from "../../api/problem";
import type { ReminderView } from "../../model/api";
import { dayOf, momentOf } from "../../model/days";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { download } from "../../parts/download";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { fill, locale, shared, wordsOf } from "../../words/words";

const LONGEST_DAYS = 399;
const MORNING = 8;

export function Reminder({ shown }: { shown: PastCheck }) {
  const words = wordsOf("check").value.reminder;
  const [known, setKnown] = useState<ReminderView | null>();
  const [failure, setFailure] = useState("");
  const { id, token } = shown;
  const run = async (work: () => Promise<void>) => {
    setFailure("");
    await work().catch((error: unknown) => setFailure(explain(error, shared.value).text));
  };
  useEffect(() => {
    if (token) void run(async () => setKnown(await reminder(id, token)));
  }, [id]);
  if (token === null) return <Notice tone="care" title={words.not_kept} />;
  return (
    <section class="card panel" aria-labelledby="reminder-title">
      <h2 id="reminder-title">{words.title}</h2>
      {known === undefined && !failure && <p role="status">{shared.value.common.loading}</p>}
      {known === null && (
        <Address
          due={dayOf(Date.parse(shown.at), shown.assessment.next_step.within_days)}
          onLeave={(email, at) =>
            run(async () => setKnown(await remindMe(id, token, { email, at, locale: locale.value })))
          }
        />
      )}
      {known && (
        <Left known={known} onCancel={() => run(async () => setKnown((await forgetReminder(id, token), null)))} />
      )}
      {failure && <Notice tone="alarm" title={failure} live />}
      <h3>{words.calendar}</h3>
      <div class="notice-actions">
        <Button
          onClick={() => void run(async () => download(await reminderFile(id, token, locale.value), "dermaloop.ics"))}
        >
          {words.add}
        </Button>
      </div>
    </section>
  );
}

function Address({ due, onLeave }: { due: string; onLeave: (email: string, at: string | undefined) => Promise<void> }) {
  const words = wordsOf("check").value.reminder;
  const [email, setEmail] = useState("");
  const [day, setDay] = useState(due);
  const [busy, setBusy] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    void onLeave(email.trim(), momentOf(day, MORNING)).finally(() => setBusy(false));
  };
  return (
    <form class="panel-form" onSubmit={submit}>
      <p>{words.lead}</p>
      <Field label={words.email}>
        <input
          class="input"
          type="email"
          autocomplete="email"
          required
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.day}>
        <input
          class="input input-date"
          type="date"
          required
          min={dayOf(Date.now(), 1)}
          max={dayOf(Date.now(), LONGEST_DAYS)}
          value={day}
          onInput={(event) => setDay(event.currentTarget.value)}
        />
      </Field>
      <Button kind="main" type="submit" disabled={busy || email.trim() === "" || day === ""}>
        {words.submit}
      </Button>
    </form>
  );
}

function Left({ known, onCancel }: { known: ReminderView; onCancel: () => Promise<void> }) {
  const words = wordsOf("check").value.reminder;
  const date = new Intl.DateTimeFormat(locale.value, { dateStyle: "long" }).format(Date.parse(known.sent_at ?? known.due_at));
  const address = known.address?.value ?? "";
  return (
    <>
      <p role="status">{known.state === "sent" ? fill(words.sent, { date }) : fill(words.waiting, { date, address })}</p>
      <div class="notice-actions">
        <Button onClick={() => void onCancel()}>{known.state === "sent" ? words.again : words.cancel}</Button>
      </div>
    </>
  );
}
