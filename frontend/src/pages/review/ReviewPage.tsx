// The doctors' reading room.
import { Frame } from "../../parts/Frame";
import { shared } from "../../words/words";

export function ReviewPage() {
  return (
    <Frame>
      <h1>{shared.value.titles.review}</h1>
    </Frame>
  );
}
