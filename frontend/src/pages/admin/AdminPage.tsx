// The control room: models, trainings, images, people, lost events, clinics, statistics, rules, the trail.
import type { ComponentType } from "preact";

import { person } from "../../auth/session";
import { Failure } from "../../parts/Failure";
import { Frame } from "../../parts/Frame";
import { lazily } from "../../parts/lazily";
import { go, place } from "../../parts/place";
import { Account, SignedIn } from "../../parts/SignIn";
import { Tabs } from "../../parts/Tabs";
import { useAsked } from "../../parts/useAsked";
import { locale, need, shared, wordsOf } from "../../words/words";
import { Models } from "./Models";

const PARTS: Record<Part, ComponentType<object>> = {
  models: Models,
  runs: lazily(async () => (await import("./Runs")).Runs),
  images: lazily(async () => (await import("./Images")).Images),
  people: lazily(async () => (await import("./People")).People),
  letters: lazily(async () => (await import("./Letters")).Letters),
  clinics: lazily(async () => (await import("./Clinics")).Clinics),
  statistics: lazily(async () => (await import("./Statistics")).Statistics),
  policies: lazily(async () => (await import("./Policies")).Policies),
  audit: lazily(async () => (await import("./Audit")).Audit),
};
type Part = "models" | "runs" | "images" | "people" | "letters" | "clinics" | "statistics" | "policies" | "audit";
const NAMES: readonly Part[] = ["models", "runs", "images", "people", "letters", "clinics", "statistics", "policies", "audit"];

export function AdminPage() {
  return (
    <Frame extra={<Account />}>
      <SignedIn>
        <Room />
      </SignedIn>
    </Frame>
  );
}

function Room() {
  const known = useAsked(() => need("admin").then(() => true), [locale.value, person.value?.id]);
  if (known.failure !== undefined) return <Failure error={known.failure} again={known.again} />;
  if (!known.found) return <p role="status">{shared.value.common.loading}</p>;
  const words = wordsOf("admin").value;
  const chosen = NAMES.find((name) => name === place.value[0]) ?? "models";
  const Shown = PARTS[chosen];
  return (
    <div class="room">
      <h1>{words.title}</h1>
      <Tabs
        tabs={NAMES.map((key) => ({ key, label: words.tabs[key] }))}
        label={words.tabs.label}
        chosen={chosen}
        onChoose={(key) => go(key)}
      >
        <Shown />
      </Tabs>
    </div>
  );
}
