// The day to look again, as a file for any calendar.
import { useState } from "preact/hooks";

import { reminderFile } from "../../api/following";
import { explain } from "../../api/problem";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { download } from "../../parts/download";
import { Notice } from "../../parts/Notice";
import { locale, shared, wordsOf } from "../../words/words";

export function Reminder({ shown }: { shown: PastCheck }) {
  const words = wordsOf("check").value.reminder;
  const [failure, setFailure] = useState("");
  const { token } = shown;
  if (token === null || shown.assessment.next_step.tier === "emergency") return null;
  const get = async () => {
    setFailure("");
    try {
      download(await reminderFile(shown.id, token, locale.value), "dermaloop.ics");
    } catch (error) {
      setFailure(explain(error, shared.value).text);
    }
  };
  return (
    <>
      <Button onClick={() => void get()}>{words.add}</Button>
      {failure && <Notice tone="alarm" title={failure} live />}
    </>
  );
}
