// Check a spot: from a photo to what to do next.
import { Frame } from "../../parts/Frame";
import { shared } from "../../words/words";

export function CheckPage() {
  return (
    <Frame>
      <h1>{shared.value.titles.check}</h1>
    </Frame>
  );
}
