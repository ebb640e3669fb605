// A talk about symptoms: every reply says how soon to be seen; warning signs come before anything else.
import { useState } from "preact/hooks";

import { chat } from "../../api/care";
import { explain } from "../../api/problem";
import type { Schemas } from "../../model/api";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Notice, type Tone } from "../../parts/Notice";
import { locale, shared, wordsOf } from "../../words/words";

type ChatReply = Schemas["ChatReply"];

const TONES: Record<ChatReply["tier"], Tone> = { emergency: "alarm", urgent: "care", routine: "info", self_care: "calm" };
const LONGEST = 2000;

type Turn = { role: "user"; text: string } | { role: "assistant"; text: string; reply: ChatReply };

export function Chat({ caseId, token }: { caseId: string; token: string | null }) {
  const words = wordsOf("check").value.chat;
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const tell = async (text: string) => {
    const said: readonly Turn[] = [...turns, { role: "user", text }];
    setBusy(true);
    setFailure("");
    try {
      const messages = said.map(({ role, text: told }) => ({ role, text: told }));
      const reply = await chat(messages, locale.value, caseId, token);
      setTurns([...said, { role: "assistant", text: reply.reply, reply }]);
      return true;
    } catch (error) {
      setFailure(explain(error, shared.value).text);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card panel" aria-labelledby="chat-title">
      <h2 id="chat-title">{words.title}</h2>
      <p>{words.intro}</p>
      <div role="log" aria-label={words.log}>
        <ol class="thread">
          {turns.map((turn, index) => (
            <li key={index} data-author={turn.role === "user" ? "patient" : "doctor"}>
              <p class="thread-author">{turn.role === "user" ? words.you : words.reply}</p>
              {turn.role === "user" ? <p>{turn.text}</p> : <Reply reply={turn.reply} />}
            </li>
          ))}
        </ol>
      </div>
      {busy && <p role="status">{words.thinking}</p>}
      {failure && <Notice tone="alarm" title={failure} live />}
      <Entry busy={busy} onTell={tell} />
    </section>
  );
}

function Reply({ reply }: { reply: ChatReply }) {
  const words = wordsOf("check").value;
  return (
    <>
      <Notice tone={TONES[reply.tier]} title={words.tiers[reply.tier]}>
        {reply.red_flags.map((flag) => (
          <p key={flag.code}>{flag.text}</p>
        ))}
      </Notice>
      {reply.reply.split("\n").map((line, index) => (
        <p key={index}>{line}</p>
      ))}
    </>
  );
}

function Entry({ busy, onTell }: { busy: boolean; onTell: (text: string) => Promise<boolean> }) {
  const words = wordsOf("check").value.chat;
  const [text, setText] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await onTell(text.trim())) setText("");
  };
  return (
    <form class="panel-form" onSubmit={(event) => void submit(event)}>
      <Field label={words.message}>
        <textarea
          class="input"
          rows={2}
          maxLength={LONGEST}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <Button kind="main" type="submit" disabled={busy || text.trim() === ""}>
        {words.send}
      </Button>
    </form>
  );
}
