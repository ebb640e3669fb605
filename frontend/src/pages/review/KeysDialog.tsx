// Every key of the reading room, on one page.
import { Dialog } from "../../parts/Dialog";
import { Button } from "../../parts/Button";
import { shared, wordsOf } from "../../words/words";

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const words = wordsOf("review").value.keys;
  const rows: [string, string][] = [
    ["1 – 7", words.diagnose],
    ["Enter", words.enter],
    ["N  D", words.next],
    ["A", words.previous],
    ["Ctrl Z", words.undo],
    ["Ctrl Y", words.redo],
    ["M", words.move],
    ["S", words.choose],
    ["B", words.box],
    ["P", words.polygon],
    ["R", words.brush],
    ["E", words.eraser],
    ["Delete", words.remove],
    ["+  −  0", words.zoom],
    ["[  ]", words.light],
    ["?", words.help],
  ];
  return (
    <Dialog title={words.title} open={open} onClose={onClose} actions={<Button onClick={onClose}>{shared.value.common.close}</Button>}>
      <dl class="keys">
        {rows.map(([key, does]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  );
}
