// The case as other systems of a hospital take it in: a FHIR bundle, for whoever has read it.
import { useState } from "preact/hooks";

import { caseAsFhir } from "../../api/reviewing";
import { Button } from "../../parts/Button";
import { download } from "../../parts/download";
import { Failure } from "../../parts/Failure";
import { locale, wordsOf } from "../../words/words";

export function CaseFile({ id }: { id: string }) {
  const [failure, setFailure] = useState<unknown>();
  const get = () => {
    setFailure(undefined);
    caseAsFhir(id, locale.value).then((file) => download(file, `case-${id}.fhir.json`), setFailure);
  };
  return (
    <>
      <Button onClick={get}>{wordsOf("review").value.reading.fhir}</Button>
      {failure !== undefined && <Failure error={failure} />}
    </>
  );
}
