// Earlier checks: on this device and nowhere else, to open again or delete.
import { useState } from "preact/hooks";

import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { useAddress } from "../../parts/useAddress";
import { fill, locale, wordsOf } from "../../words/words";
import { ForgetDialog } from "./Forget";
import { check } from "./world";

export function History() {
  const words = wordsOf("check").value.history;
  const [going, setGoing] = useState<readonly PastCheck[]>([]);
  const past = check.past.value;
  return (
    <section class="history" aria-labelledby="history-title">
      <h2 id="history-title">{words.title}</h2>
      <p class="field-hint">{words.note}</p>
      <ul class="history-list">
        {past.map((one) => (
          <Past key={one.id} one={one} onDelete={() => setGoing([one])} />
        ))}
      </ul>
      {past.length > 1 && (
        <Button kind="danger" onClick={() => setGoing(past)}>
          {words.all}
        </Button>
      )}
      <ForgetDialog checks={going} open={going.length > 0} onClose={() => setGoing([])} />
    </section>
  );
}

function Past({ one, onDelete }: { one: PastCheck; onDelete: () => void }) {
  const words = wordsOf("check").value;
  const { assessment, photos, at } = one;
  const date = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(Date.parse(at));
  const { tier } = assessment.next_step;
  return (
    <li class="past card" data-tier={tier}>
      {photos[0] && <Small picture={photos[0].picture} />}
      <div class="past-said">
        <strong>{words.tiers[tier]}</strong>
        <time dateTime={at}>{date}</time>
      </div>
      <div class="past-actions">
        <Button aria-label={fill(words.history.open, { date })} onClick={() => check.show(one)}>
          {words.history.see}
        </Button>
        {photos.length > 0 && (
          <Button aria-label={fill(words.history.compare, { date })} onClick={() => check.show(one, "compare")}>
            {words.history.later}
          </Button>
        )}
        <Button kind="danger" aria-label={fill(words.history.delete, { date })} onClick={onDelete}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
    </li>
  );
}

function Small({ picture }: { picture: Blob }) {
  const address = useAddress(picture);
  return address ? <img class="past-picture" src={address} alt="" width="56" height="56" /> : null;
}
