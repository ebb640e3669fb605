// Events that could not be delivered: publish them again, or take them off the list.
import { useState } from "preact/hooks";

import { admin, type DeadLetter } from "../../api/administering";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { say } from "../../state/toasts";
import { fill, locale, wordsOf } from "../../words/words";

export function Letters() {
  const words = wordsOf("admin").value.letters;
  const letters = useAsked(admin.deadLetters, []);
  const [failure, setFailure] = useState<unknown>();
  const moment = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" });
  const act = (done: Promise<unknown>, told?: string) => {
    done.then(() => {
      if (told) say(told);
      letters.again();
    }, setFailure);
  };
  const actions = (letter: DeadLetter) => {
    const about = { topic: letter.topic, date: moment.format(new Date(letter.at)) };
    return letter.closed_at ? (
      words.closed
    ) : (
      <>
        <Button aria-label={fill(words.replay_this, about)} onClick={() => act(admin.replay(letter.id), words.replayed)}>
          {words.replay}
        </Button>{" "}
        <Button kind="danger" aria-label={fill(words.drop_this, about)} onClick={() => act(admin.drop(letter.id))}>
          {words.drop}
        </Button>
      </>
    );
  };
  return (
    <div class="room">
      {failure !== undefined && <Failure error={failure} />}
      <Asked state={letters}>
        {(found) =>
          found.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <Table
              caption={wordsOf("admin").value.tabs.letters}
              head={[words.at, words.topic, words.event, ""]}
              rows={found.map((letter) => ({
                key: letter.id,
                cells: [moment.format(new Date(letter.at)), letter.topic, letter.event, actions(letter)],
              }))}
            />
          )
        }
      </Asked>
    </div>
  );
}
