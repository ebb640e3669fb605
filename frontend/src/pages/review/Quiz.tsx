// Name what is seen; then see what doctors agreed on, and what the models made of it.
import { useLayoutEffect, useState } from "preact/hooks";

import { quiz, type QuizImage, type QuizResult } from "../../api/quizzing";
import { picture } from "../../api/reviewing";
import { SEVEN, named, type Diagnosis, type ReviewWords } from "../../model/reviewing";
import { Asked } from "../../parts/Asked";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import { Check } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { useAddress } from "../../parts/useAddress";
import { useAsked } from "../../parts/useAsked";
import { fill, locale, wordsOf } from "../../words/words";
import { isTyping } from "./keys";
import { Models } from "./Models";
import { QuizScores } from "./QuizScores";

export function Quiz({ terms }: { terms: ReviewWords }) {
  const words = wordsOf("review").value.quiz;
  const asked = useAsked(async () => ({ image: await quiz.next() }), []);
  const [answers, setAnswers] = useState(0);
  return (
    <div class="room">
      <h2>{words.title}</h2>
      <p>{words.hint}</p>
      <Asked state={asked}>
        {({ image }) =>
          image ? (
            <Question
              key={image.id}
              image={image}
              terms={terms}
              onAnswered={() => setAnswers((count) => count + 1)}
              onNext={asked.again}
            />
          ) : (
            <p role="status">{words.none}</p>
          )
        }
      </Asked>
      <QuizScores answers={answers} />
    </div>
  );
}

interface QuestionProps {
  image: QuizImage;
  terms: ReviewWords;
  onAnswered: () => void;
  onNext: () => void;
}

function Question({ image, terms, onAnswered, onNext }: QuestionProps) {
  const photo = useAsked(() => picture(image.id), [image.id]);
  const [result, setResult] = useState<QuizResult>();
  const [failure, setFailure] = useState<unknown>();
  const [sent, setSent] = useState(false);
  const [heat, setHeat] = useState(false);
  const answer = (diagnosis: Diagnosis) => {
    if (sent || !photo.found) return;
    setSent(true);
    setFailure(undefined);
    quiz.answer(image.id, diagnosis, locale.value).then(
      (told) => {
        setResult(told);
        onAnswered();
      },
      (error: unknown) => {
        setFailure(error);
        setSent(false);
      },
    );
  };
  useKeys(answer, result ? onNext : undefined);
  return (
    <Asked state={photo}>
      {(found) => (
        <div class="reading">
          <Picture photo={found} heat={heat ? (result?.heatmap ?? null) : null} />
          <div class="panel">
            {result ? (
              <Told result={result} terms={terms} heat={heat} onHeat={setHeat} onNext={onNext} />
            ) : (
              <Answers terms={terms} disabled={sent} onAnswer={answer} />
            )}
            {failure !== undefined && <Failure error={failure} />}
          </div>
        </div>
      )}
    </Asked>
  );
}

function useKeys(answer: (diagnosis: Diagnosis) => void, next: (() => void) | undefined): void {
  useLayoutEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const diagnosis = SEVEN[Number(event.key) - 1];
      if (diagnosis) answer(diagnosis);
      else if (event.key === "Enter" && next) next();
    };
    addEventListener("keydown", handle);
    return () => removeEventListener("keydown", handle);
  });
}

function Picture({ photo, heat }: { photo: Blob; heat: string | null }) {
  const words = wordsOf("review").value.quiz;
  const address = useAddress(photo);
  return (
    <div class="quiz-picture">
      {address && <img src={address} alt={words.picture} />}
      {heat && <img class="quiz-heat" src={heat} alt={words.heat_alt} />}
    </div>
  );
}

interface AnswersProps {
  terms: ReviewWords;
  disabled: boolean;
  onAnswer: (diagnosis: Diagnosis) => void;
}

function Answers({ terms, disabled, onAnswer }: AnswersProps) {
  const words = wordsOf("review").value.reading;
  const others = Object.entries(terms.diagnoses).filter(([code]) => !SEVEN.some((known) => known === code));
  return (
    <fieldset class="panel" disabled={disabled}>
      <div class="diagnoses" role="group" aria-label={words.diagnosis}>
        {SEVEN.map((code, number) => (
          <Button key={code} onClick={() => onAnswer(code)}>
            <kbd>{number + 1}</kbd> {named(terms.diagnoses, code)}
          </Button>
        ))}
      </div>
      <Choice
        label={words.other}
        options={others}
        none={words.choose_other}
        value=""
        onChoose={(code) => onAnswer(code as Diagnosis)}
      />
    </fieldset>
  );
}

interface ToldProps {
  result: QuizResult;
  terms: ReviewWords;
  heat: boolean;
  onHeat: (shown: boolean) => void;
  onNext: () => void;
}

function Told({ result, terms, heat, onHeat, onNext }: ToldProps) {
  const words = wordsOf("review").value.quiz;
  const title = fill(result.right ? words.right : words.wrong, { diagnosis: result.reference_text });
  return (
    <>
      <Notice tone={result.right ? "calm" : "care"} title={title} live>
        <p>{fill(words.said, { diagnosis: named(terms.diagnoses, result.said) })}</p>
        <p>{named(terms.hows, result.reference.how)}</p>
      </Notice>
      <Button kind="main" onClick={onNext}>
        {words.next}
      </Button>
      {result.heatmap && <Check label={words.heat} checked={heat} onChange={onHeat} />}
      <Models models={result.model} />
    </>
  );
}
