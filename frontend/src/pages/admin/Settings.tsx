// How the doctors' queue works: what is read twice, what is placed by chance, how long an image is held.
import { useState } from "preact/hooks";

import { admin, type ReviewSettings } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { wordsOf } from "../../words/words";

export function Settings() {
  const asked = useAsked(admin.reviewSettings, []);
  return <Asked state={asked}>{(found) => <Form key={found.version} found={found} again={asked.again} />}</Asked>;
}

function Form({ found, again }: { found: ReviewSettings; again: () => void }) {
  const words = wordsOf("admin").value.images;
  const [settings, setSettings] = useState(found);
  const [failure, setFailure] = useState<unknown>();
  const set = (part: Partial<ReviewSettings>) => setSettings((before) => ({ ...before, ...part }));
  const save = (event: Event) => {
    event.preventDefault();
    setFailure(undefined);
    admin.changeReviewSettings(settings).then(() => {
      say(words.saved);
      again();
    }, setFailure);
  };
  return (
    <form class="panel side" onSubmit={save}>
      <h2>{words.settings}</h2>
      <p>{words.applies}</p>
      <Amount label={words.double_share} most={100} value={percent(settings.double_share)} onAmount={(share) => set({ double_share: share / 100 })} />
      <Amount label={words.random_share} most={100} value={percent(settings.random_share)} onAmount={(share) => set({ random_share: share / 100 })} />
      <Amount label={words.lease_minutes} least={1} most={1440} value={settings.lease_minutes} onAmount={(minutes) => set({ lease_minutes: minutes })} />
      <Amount label={words.ageing_per_day} most={1} step="any" value={settings.ageing_per_day} onAmount={(gain) => set({ ageing_per_day: gain })} />
      {failure !== undefined && <Failure error={failure} again={again} />}
      <div>
        <Button kind="main" type="submit">
          {words.save}
        </Button>
      </div>
    </form>
  );
}

function percent(share: number): number {
  return Math.round(share * 100);
}

interface AmountProps {
  label: string;
  least?: number;
  most: number;
  step?: number | "any";
  value: number;
  onAmount: (amount: number) => void;
}

function Amount({ label, least = 0, most, step = 1, value, onAmount }: AmountProps) {
  return (
    <Field label={label}>
      <input
        class="input"
        type="number"
        required
        min={least}
        max={most}
        step={step}
        value={value}
        onChange={(event) => onAmount(event.currentTarget.valueAsNumber || 0)}
      />
    </Field>
  );
}
