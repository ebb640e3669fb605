// The directory of clinics that doctors refer to.
import { useState } from "preact/hooks";

import { admin, type Clinic } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Field } from "../../parts/Field";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { fill, wordsOf } from "../../words/words";

const PARTS = ["name", "address", "phone", "region"] as const;
const BLANK: Clinic = { id: "", name: "", address: "", phone: "", region: "" };

export function Clinics() {
  const words = wordsOf("admin").value.clinics;
  const clinics = useAsked(admin.clinics, []);
  const [failure, setFailure] = useState<unknown>();
  const drop = (id: string) => void admin.dropClinic(id).then(clinics.again, setFailure);
  return (
    <div class="room">
      {failure !== undefined && <Failure error={failure} />}
      <Asked state={clinics}>
        {(found) =>
          found.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <Table
              caption={wordsOf("admin").value.tabs.clinics}
              head={[...PARTS.map((part) => words[part]), ""]}
              rows={found.map((clinic) => ({
                key: clinic.id,
                cells: [
                  ...PARTS.map((part) => clinic[part]),
                  <Button
                    kind="danger"
                    aria-label={fill(words.drop_this, { name: clinic.name })}
                    onClick={() => drop(clinic.id)}
                  >
                    {words.drop}
                  </Button>,
                ],
              }))}
            />
          )
        }
      </Asked>
      <Add onAdded={clinics.again} />
    </div>
  );
}

function Add({ onAdded }: { onAdded: () => void }) {
  const words = wordsOf("admin").value.clinics;
  const [clinic, setClinic] = useState(BLANK);
  const [failure, setFailure] = useState<unknown>();
  const add = (event: Event) => {
    event.preventDefault();
    setFailure(undefined);
    admin.keepClinic({ ...clinic, id: crypto.randomUUID() }).then(() => {
      setClinic(BLANK);
      onAdded();
    }, setFailure);
  };
  return (
    <form class="panel side" onSubmit={add}>
      <h2>{words.add}</h2>
      {PARTS.map((part) => (
        <Field key={part} label={words[part]}>
          <input
            class="input"
            required={part === "name" || part === "address"}
            maxLength={part === "address" ? 500 : 60}
            value={clinic[part]}
            onInput={(event) => setClinic((before) => ({ ...before, [part]: event.currentTarget.value }))}
          />
        </Field>
      ))}
      {failure !== undefined && <Failure error={failure} />}
      <Button kind="main" type="submit">
        {words.save}
      </Button>
    </form>
  );
}
