// What went wrong, in words, with a way to try again.
import { explain } from "../api/problem";
import { fill, shared } from "../words/words";
import { Button } from "./Button";
import { Notice } from "./Notice";

export function Failure({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  const { text, id } = explain(error, shared.value);
  return (
    <Notice tone="alarm" title={text} live>
      {id && <p>{fill(shared.value.common.error_id, { id })}</p>}
      {again && (
        <div class="notice-actions">
          <Button onClick={again}>{shared.value.common.retry}</Button>
        </div>
      )}
    </Notice>
  );
}
