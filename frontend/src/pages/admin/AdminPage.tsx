// The control room: models, runs, people, statistics.
import { Frame } from "../../parts/Frame";
import { shared } from "../../words/words";

export function AdminPage() {
  return (
    <Frame>
      <h1>{shared.value.titles.admin}</h1>
    </Frame>
  );
}
