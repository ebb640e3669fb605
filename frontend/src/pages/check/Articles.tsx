// What is known about a condition, with its sources.
import { useEffect, useState } from "preact/hooks";

import { article } from "../../api/care";
import { explain, Problem } from "../../api/problem";
import type { Schemas } from "../../model/api";
import { Notice } from "../../parts/Notice";
import { locale, shared, wordsOf } from "../../words/words";

export function Articles({ label }: { label: string }) {
  const [found, setFound] = useState<Schemas["Article"]>();
  const [failure, setFailure] = useState("");
  const language = locale.value;
  useEffect(() => {
    setFailure("");
    article(label, language).then(setFound, (error: unknown) => {
      const missing = error instanceof Problem && error.status === 404;
      setFailure(missing ? wordsOf("check").value.article.missing : explain(error, shared.value).text);
    });
  }, [label, language]);
  if (failure) return <Notice tone="care" title={failure} live />;
  if (!found) return <p role="status">{shared.value.common.loading}</p>;
  return <Read article={found} />;
}

interface Shown {
  article: Schemas["Article"];
}

function Read({ article: { title, summary, locale: language, sections, sources, disclaimer } }: Shown) {
  return (
    <article class="card panel article" lang={language} aria-labelledby="article-title">
      <h2 id="article-title">{title}</h2>
      <p class="lead">{summary}</p>
      {sections.map((section) => (
        <section key={section.section}>
          <h3>{section.title}</h3>
          <p>{section.text}</p>
        </section>
      ))}
      <h3>{wordsOf("check").value.article.sources}</h3>
      <ul class="plain-list">
        {sources.map((source) => (
          <li key={source.code}>
            {source.title}
            {source.year ? `, ${source.year}` : null}
          </li>
        ))}
      </ul>
      <p class="field-hint">{disclaimer}</p>
    </article>
  );
}
