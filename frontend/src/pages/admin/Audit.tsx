// The audit trail: who did what to which record, and when.
import { useState } from "preact/hooks";

import { admin, type AuditSearch } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { fill, locale, wordsOf } from "../../words/words";

const TEXTS = ["subject", "actor", "action"] as const;
const DAYS = ["since", "until"] as const;

export function Audit() {
  const words = wordsOf("admin").value.audit;
  const [typed, setTyped] = useState<AuditSearch>({});
  const [wanted, setWanted] = useState<AuditSearch>({});
  const trail = useAsked(() => admin.audit(wanted), [wanted]);
  const moment = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "medium" });
  const set = (name: keyof AuditSearch, value: string) => {
    const others = Object.fromEntries(Object.entries(typed).filter(([other]) => other !== name));
    setTyped(value ? { ...others, [name]: value } : others);
  };
  return (
    <div class="room">
      <form
        class="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          setWanted({ ...typed });
        }}
      >
        {TEXTS.map((name) => (
          <Field key={name} label={words[name]}>
            <input class="input" value={typed[name] ?? ""} onInput={(event) => set(name, event.currentTarget.value.trim())} />
          </Field>
        ))}
        {DAYS.map((name) => (
          <Field key={name} label={words[name]}>
            <input class="input" type="date" onInput={(event) => set(name, event.currentTarget.value)} />
          </Field>
        ))}
        <Button kind="main" type="submit">
          {words.search}
        </Button>
      </form>
      <Asked state={trail}>
        {(found) => (
          <>
            <p role="status">{found.total === 0 ? words.none : fill(words.total, { count: found.total })}</p>
            {found.lines.length > 0 && (
              <Table
                caption={wordsOf("admin").value.tabs.audit}
                head={[words.at, words.actor, words.action, words.subject]}
                rows={found.lines.map((line, number) => ({
                  key: String(number),
                  cells: [moment.format(new Date(line.at)), line.actor, line.action, line.subject],
                }))}
              />
            )}
          </>
        )}
      </Asked>
    </div>
  );
}
