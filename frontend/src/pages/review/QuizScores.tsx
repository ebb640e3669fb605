// A doctor's own score in the quiz, as a whole and week by week.
import { quiz, type QuizScore } from "../../api/quizzing";
import { Asked } from "../../parts/Asked";
import { Table } from "../../parts/Table";
import { useAsked } from "../../parts/useAsked";
import { locale, wordsOf } from "../../words/words";

export function QuizScores({ answers }: { answers: number }) {
  const words = wordsOf("review").value.quiz;
  const asked = useAsked(quiz.scores, [answers]);
  return (
    <Asked state={asked}>
      {({ whole, weeks }) => (
        <div class="panel">
          <h2>{words.score}</h2>
          {whole.answered === 0 ? (
            <p>{words.no_score}</p>
          ) : (
            <Table
              caption={words.score}
              head={[words.week, words.answered, words.by_name, words.by_malignancy]}
              rows={[
                { key: "whole", cells: cells(words.whole, whole) },
                ...weeks.map((week) => ({ key: week.week, cells: cells(week.week, week) })).reverse(),
              ]}
            />
          )}
        </div>
      )}
    </Asked>
  );
}

function cells(name: string, score: QuizScore) {
  return [
    name,
    score.answered,
    <Share key="name" right={score.right} of={score.answered} />,
    <Share key="malignancy" right={score.malignancy_right} of={score.malignancy_answered} />,
  ];
}

function Share({ right, of }: { right: number; of: number }) {
  if (of === 0) return <>–</>;
  const percent = new Intl.NumberFormat(locale.value, { style: "percent" }).format(right / of);
  return (
    <>
      {percent} ({right} / {of})
      <meter class="bar-track" min={0} max={1} value={right / of} aria-label={percent} />
    </>
  );
}
