// The answer: what to do next comes first, then why, then what the photo looks like.
import { useEffect, useRef } from "preact/hooks";

import { furtherModels } from "../../api/models";
import type { Assessment } from "../../model/api";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { lazily } from "../../parts/lazily";
import { Notice } from "../../parts/Notice";
import { useAsked } from "../../parts/useAsked";
import { PANELS, type Panel } from "../../state/check";
import { OWN_NAMES, isLocale } from "../../words/locale";
import { fill, locale, wordsOf } from "../../words/words";
import { Explained } from "./Explained";
import { Forget } from "./Forget";
import { NextStepCard } from "./NextStepCard";
import { Ranked } from "./Ranked";
import { check } from "./world";

const Articles = lazily(async () => (await import("./Articles")).Articles);
const Compare = lazily(async () => (await import("./Compare")).Compare);
const Reminder = lazily(async () => (await import("./Reminder")).Reminder);
const Chat = lazily(async () => (await import("./Chat")).Chat);
const Doctor = lazily(async () => (await import("./Doctor")).Doctor);
const OtherModels = lazily(async () => (await import("./OtherModels")).OtherModels);

export function AnswerStep() {
  const shown = check.shown.value;
  return shown ? <Answer key={shown.id} shown={shown} /> : null;
}

function Answer({ shown }: { shown: PastCheck }) {
  const answer: Assessment = shown.assessment;
  return (
    <article class="answer">
      <NextStepCard answer={answer} at={shown.at} />
      <Remarks answer={answer} />
      <div class="answer-sides">
        <div class="answer-side">
          <Explained answer={answer} photos={shown.photos} />
        </div>
        <div class="answer-side">
          <Ranked answer={answer} />
        </div>
      </div>
      <More shown={shown} />
      <p class="disclaimer" lang={answer.locale}>
        {answer.disclaimer}
      </p>
    </article>
  );
}

function Remarks({ answer }: { answer: Assessment }) {
  const words = wordsOf("check").value.answer;
  const foreign = answer.locale !== locale.value && isLocale(answer.locale) ? OWN_NAMES[answer.locale] : "";
  return (
    <>
      {answer.kept === false && <Notice tone="care" title={words.not_kept} />}
      {foreign && <p class="field-hint">{fill(words.language, { language: foreign })}</p>}
    </>
  );
}

function More({ shown }: { shown: PastCheck }) {
  const words = wordsOf("check").value;
  const place = useRef<HTMLDivElement>(null);
  const open = check.panel.value;
  const [photo] = shown.photos;
  const further = useAsked(furtherModels, []).found ?? [];
  useEffect(() => {
    if (open) place.current?.scrollIntoView({ block: "nearest" }); // on a small screen it opens out of sight
  }, [open]);
  return (
    <section class="more" aria-labelledby="more-title">
      <h2 id="more-title">{words.answer.actions}</h2>
      <div class="more-actions">
        {PANELS.filter((panel) => useful(panel, shown, further)).map((panel) => (
          <Button
            key={panel}
            kind={panel === "doctor" ? "main" : "plain"}
            aria-expanded={open === panel}
            onClick={() => (check.panel.value = open === panel ? null : panel)}
          >
            {words[panel].open}
          </Button>
        ))}
        <Button onClick={() => print()}>{words.print}</Button>
        <Button onClick={() => void check.startOver()}>{words.another_check}</Button>
        <Forget shown={shown} />
      </div>
      <div class="more-open" ref={place}>
        {open === "article" && <Articles label={shown.assessment.label} />}
        {open === "chat" && <Chat caseId={shown.id} token={shown.token} />}
        {open === "doctor" && <Doctor shown={shown} />}
        {open === "compare" && <Compare shown={shown} />}
        {open === "reminder" && <Reminder shown={shown} />}
        {open === "models" && photo && <OtherModels names={further} photo={photo} />}
      </div>
    </section>
  );
}

/** An emergency is no case for a reminder, and neither a photo nor a model can be asked that is not there. */
function useful(panel: Panel, { assessment, photos }: PastCheck, further: readonly string[]): boolean {
  if (panel === "reminder") return assessment.next_step.tier !== "emergency";
  if (panel === "models") return further.length > 0 && photos.length > 0;
  return panel !== "compare" || photos.length > 0;
}
