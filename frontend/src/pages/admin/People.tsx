// Who may do what, and giving or taking roles.
import { useState } from "preact/hooks";

import { admin, type Person, type Role } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Check, Field } from "../../parts/Field";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { fill, wordsOf } from "../../words/words";

const ROLES: readonly Role[] = ["doctor", "admin"];

export function People() {
  const words = wordsOf("admin").value.people;
  const people = useAsked(admin.people, []);
  return (
    <div class="room">
      <Asked state={people}>
        {(found) => (
          <Table
            caption={wordsOf("admin").value.tabs.people}
            head={[words.name, words.email, words.roles]}
            rows={found.map((one) => ({ key: one.id, cells: [one.name, one.email, rolesOf(one)] }))}
          />
        )}
      </Asked>
      <Grant onGranted={people.again} />
    </div>
  );
}

function Grant({ onGranted }: { onGranted: () => void }) {
  const words = wordsOf("admin").value.people;
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [failure, setFailure] = useState<unknown>();
  const give = (event: Event) => {
    event.preventDefault();
    setFailure(undefined);
    admin.grant(email.trim(), [...roles]).then((one) => {
      say(fill(words.given, { name: one.name, roles: rolesOf(one) }));
      onGranted();
    }, setFailure);
  };
  return (
    <form class="panel side" onSubmit={give}>
      <h2>{words.grant}</h2>
      <Field label={words.email} hint={words.grant_hint}>
        <input class="input" type="email" required value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
      </Field>
      {ROLES.map((role) => (
        <Check
          key={role}
          label={words[role]}
          checked={roles.includes(role)}
          onChange={(on) => setRoles((before) => ROLES.filter((each) => (each === role ? on : before.includes(each))))}
        />
      ))}
      {failure !== undefined && <Failure error={failure} />}
      <Button kind="main" type="submit">
        {words.give}
      </Button>
    </form>
  );
}

function rolesOf(one: Person): string {
  const words = wordsOf("admin").value.people;
  return one.roles.length === 0 ? words.nothing : one.roles.map((role) => words[role]).join(", ");
}
