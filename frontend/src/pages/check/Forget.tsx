// Deleting a check for good: asked once more, told when done, and never pretended.
import { useState } from "preact/hooks";

import { explain } from "../../api/problem";
import type { PastCheck } from "../../model/past";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Notice } from "../../parts/Notice";
import { say } from "../../state/toasts";
import { shared, wordsOf } from "../../words/words";
import { check } from "./world";

export function Forget({ shown }: { shown: PastCheck }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {wordsOf("check").value.forget.open}
      </Button>
      <ForgetDialog checks={[shown]} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

interface ForgetDialogProps {
  checks: readonly PastCheck[];
  open: boolean;
  onClose: () => void;
}

/** Asks before deleting one check or many. */
export function ForgetDialog({ checks, open, onClose }: ForgetDialogProps) {
  const words = wordsOf("check").value;
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const forget = async () => {
    setBusy(true);
    setFailure("");
    try {
      for (const one of checks) await check.forget(one);
      onClose();
      say(words.forget.done);
    } catch (error) {
      setFailure(explain(error, shared.value).text);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={checks.length > 1 ? words.history.all_title : words.forget.title}
      open={open}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{shared.value.common.cancel}</Button>
          <Button kind="danger" disabled={busy} onClick={() => void forget()}>
            {words.forget.yes}
          </Button>
        </>
      }
    >
      <p>{words.forget.text}</p>
      {failure && <Notice tone="alarm" title={failure} live />}
    </Dialog>
  );
}
