// The doctors' reading room.
import { useEffect } from "preact/hooks";

import { person } from "../../auth/session";
import type { ReviewWords } from "../../model/reviewing";
import { reviewWords } from "../../api/reviewing";
import { Failure } from "../../parts/Failure";
import { Frame } from "../../parts/Frame";
import { lazily } from "../../parts/lazily";
import { go, place } from "../../parts/place";
import { Account, SignedIn } from "../../parts/SignIn";
import { Tabs } from "../../parts/Tabs";
import { useAsked } from "../../parts/useAsked";
import { locale, need, shared, wordsOf } from "../../words/words";
import { QueueList } from "./QueueList";
import { SearchList } from "./SearchList";

const ReadingRoom = lazily(async () => (await import("./ReadingRoom")).ReadingRoom);
const AgreementView = lazily(async () => (await import("./AgreementView")).AgreementView);
const Consultations = lazily(async () => (await import("./Consultations")).Consultations);
const Exports = lazily(async () => (await import("./Exports")).Exports);
const Quiz = lazily(async () => (await import("./Quiz")).Quiz);

export function ReviewPage() {
  return (
    <Frame extra={<Account />}>
      <SignedIn>
        <Room />
      </SignedIn>
    </Frame>
  );
}

function Room() {
  const here = locale.value;
  const known = useAsked(async () => {
    const [terms] = await Promise.all([reviewWords(here), need("review")]);
    return terms;
  }, [here, person.value?.id]);
  useEffect(() => ReadingRoom.preload(), []);
  if (known.failure !== undefined && !known.found) return <Failure error={known.failure} again={known.again} />;
  if (!known.found) return <p role="status">{shared.value.common.loading}</p>;
  const [part = "queue", id] = place.value;
  if (part === "read") return <ReadingRoom terms={known.found} id={id} />;
  return <Parts part={part} id={id} terms={known.found} />;
}

const PARTS = ["queue", "search", "consultations", "agreement", "exports", "quiz"] as const;

function Parts({ part, id, terms }: { part: string; id: string | undefined; terms: ReviewWords }) {
  const words = wordsOf("review").value;
  const chosen = PARTS.find((known) => known === part) ?? "queue";
  return (
    <div class="room">
      <h1>{words.title}</h1>
      <Tabs
        tabs={PARTS.map((key) => ({ key, label: words.tabs[key] }))}
        label={words.tabs.label}
        chosen={chosen}
        onChoose={(key) => go(key)}
      >
        {chosen === "queue" && <QueueList terms={terms} />}
        {chosen === "search" && <SearchList terms={terms} />}
        {chosen === "consultations" && <Consultations id={id} />}
        {chosen === "agreement" && <AgreementView />}
        {chosen === "exports" && <Exports terms={terms} />}
        {chosen === "quiz" && <Quiz terms={terms} />}
      </Tabs>
    </div>
  );
}
