// The answer: what to do next comes first, then why, then what the photo looks like.
import { useState } from "preact/hooks";

import { furtherModels } from "../../api/models";
import type { Assessment } from "../../model/api";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { lazily } from "../../parts/lazily";
import { Notice } from "../../parts/Notice";
import { useAsked } from "../../parts/useAsked";
import { OWN_NAMES, isLocale } from "../../words/locale";
import { fill, locale, wordsOf } from "../../words/words";
import { Explained } from "./Explained";
import { Forget } from "./Forget";
import { NextStepCard } from "./NextStepCard";
import { Ranked } from "./Ranked";
import { Reminder } from "./Reminder";
import { check } from "./world";

const Articles = lazily(async () => (await import("./Articles")).Articles);
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

type Panel = "article" | "chat" | "doctor" | "models";

function More({ shown }: { shown: PastCheck }) {
  const words = wordsOf("check").value;
  const [open, setOpen] = useState<Panel | null>(null);
  const further = useAsked(furtherModels, []).found ?? [];
  const [photo] = shown.photos;
  const names: Record<Panel, string> = {
    article: words.article.open,
    chat: words.chat.open,
    doctor: words.doctor.ask,
    models: words.models.open,
  };
  const offered = (Object.keys(names) as Panel[]).filter((panel) => panel !== "models" || (further.length > 0 && photo));
  return (
    <section class="more" aria-labelledby="more-title">
      <h2 id="more-title">{words.answer.actions}</h2>
      <div class="more-actions">
        {offered.map((panel) => (
          <Button
            key={panel}
            kind={panel === "doctor" ? "main" : "plain"}
            aria-expanded={open === panel}
            onClick={() => setOpen(open === panel ? null : panel)}
          >
            {names[panel]}
          </Button>
        ))}
        <Reminder shown={shown} />
        <Button onClick={() => print()}>{words.print}</Button>
        <Button onClick={() => void check.startOver()}>{words.another_check}</Button>
        <Forget shown={shown} />
      </div>
      {open === "article" && <Articles label={shown.assessment.label} />}
      {open === "chat" && <Chat caseId={shown.id} token={shown.token} />}
      {open === "doctor" && <Doctor shown={shown} />}
      {open === "models" && photo && <OtherModels names={further} photo={photo} />}
    </section>
  );
}
