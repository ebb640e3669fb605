// One image with its tools and the panel beside it; everything has a key.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { amend, submit } from "../../api/reviewing";
import { SEVEN, type ImageView, type ReviewWords, type Shape } from "../../model/reviewing";
import type { Reading } from "../../state/reading";
import { Button } from "../../parts/Button";
import { Failure } from "../../parts/Failure";
import { Notice } from "../../parts/Notice";
import { say } from "../../state/toasts";
import { locale, wordsOf } from "../../words/words";
import { Conflict } from "./Conflict";
import { FindingsPanel } from "./FindingsPanel";
import { KeysDialog } from "./KeysDialog";
import { keyHandler } from "./keys";
import { Lookbar, PLAIN_LOOK, Toolbar } from "./Toolbar";
import { ShownReadings } from "./ShownReadings";
import { Stage, type Look, type Tool } from "./Stage";

interface ScreenProps {
  reading: Reading;
  picture: Blob;
  openedAt: number;
  terms: ReviewWords;
  onNext: () => void;
  onPrevious: (() => void) | undefined;
  onChanged: (image: ImageView) => void;
}

export function ReadingScreen({ reading, picture, openedAt, terms, onNext, onPrevious, onChanged }: ScreenProps) {
  const words = wordsOf("review").value;
  const { image } = reading;
  const [tool, setTool] = useState<Tool>("move");
  const [look, setLook] = useState<Look>(PLAIN_LOOK);
  const [amending, setAmending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [keysShown, setKeysShown] = useState(false);
  const [unsaid, setUnsaid] = useState(false);
  const remove = useRef<() => void>(() => undefined);
  const sending = useRef(false);
  const findings = reading.findings.value;
  const free = image.held_by_you && !image.read_by_you;
  const locked = !free && !amending;

  const send = async () => {
    const findings = reading.findings.value; // as it is now: keys may follow each other faster than the page is drawn
    setUnsaid(!findings.diagnosis);
    if (!findings.diagnosis || sending.current) return; // a key that is held down sends once
    sending.current = true;
    try {
      await reading.flush();
      if (reading.saving.value === "conflict") return;
      const seconds = Math.min(86_400, (Date.now() - openedAt) / 1000);
      const changed = amending
        ? await amend(image.id, findings, reading.version(), locale.value)
        : await submit(image.id, findings, reading.version(), seconds, locale.value);
      say(words.reading.submitted);
      onChanged(changed);
    } catch (error) {
      setFailure(error);
    } finally {
      sending.current = false;
    }
  };
  const act = {
    diagnose: (number: number) => !locked && reading.change({ diagnosis: SEVEN[number - 1] ?? null }),
    enter: () => (locked ? onNext() : void send()),
    next: onNext,
    previous: () => onPrevious?.(),
    undo: () => !locked && reading.undo(),
    redo: () => !locked && reading.redo(),
    tool: (next: Tool) => setTool(locked && next !== "move" ? "choose" : next),
    remove: () => !locked && remove.current(),
    look: (part: Partial<Look>) => setLook((before) => ({ ...before, ...part })),
    current: () => look,
    help: () => setKeysShown(true),
  };
  // with the drawing, not after it: what a key does must agree with what is shown
  useLayoutEffect(() => {
    const handle = keyHandler(act);
    addEventListener("keydown", handle);
    return () => removeEventListener("keydown", handle);
  });

  return (
    <article class="reading" aria-label={words.reading.title}>
      <h1 class="unseen">{words.reading.title}</h1>
      <div class="reading-picture">
        <Toolbar tool={tool} locked={locked} onTool={act.tool} onHelp={act.help} reading={reading} look={look} onLook={act.look} />
        <Stage
          picture={picture}
          aspect={image.width / image.height}
          alt={words.reading.picture}
          region={words.reading.region}
          shapes={findings.shapes}
          tool={tool}
          look={look}
          locked={locked}
          onShapes={(shapes: Shape[]) => reading.change({ shapes })}
          onZoom={(zoom) => act.look({ zoom })}
          onRemover={(next) => (remove.current = next)}
        />
        <Lookbar look={look} onLook={act.look} />
      </div>
      <div class="panel">
        {!free && !image.read_by_you && <Notice tone="care" title={words.reading.not_held} />}
        {image.state === "adjudication" && <Notice tone="info" title={words.reading.adjudicate} />}
        <ShownReadings image={image} terms={terms} onChanged={onChanged} />
        <FindingsPanel reading={reading} terms={terms} locked={locked} />
        <Actions
          reading={reading}
          locked={locked}
          amending={amending}
          onSend={() => void send()}
          onNext={onNext}
          onPrevious={onPrevious}
          onAmend={() => setAmending(true)}
        >
          {unsaid && <Notice tone="care" title={words.reading.pick_first} live />}
          {failure !== undefined && <Failure error={failure} />}
        </Actions>
      </div>
      <Conflict reading={reading} terms={terms} />
      <KeysDialog open={keysShown} onClose={() => setKeysShown(false)} />
    </article>
  );
}

interface ActionsProps {
  reading: Reading;
  locked: boolean;
  amending: boolean;
  onSend: () => void;
  onNext: () => void;
  onPrevious: (() => void) | undefined;
  onAmend: () => void;
  children: ComponentChildren;
}

function Actions({ reading, locked, amending, onSend, onNext, onPrevious, onAmend, children }: ActionsProps) {
  const words = wordsOf("review").value.reading;
  const saving = reading.saving.value;
  return (
    <div class="panel-actions">
      {children}
      <Button kind="main" onClick={locked ? onNext : onSend}>
        {locked ? words.next : amending ? words.save_amendment : words.submit}
      </Button>
      {reading.image.read_by_you && !amending && <Button onClick={onAmend}>{words.amend}</Button>}
      {!locked && <Button onClick={onNext}>{words.skip}</Button>}
      {onPrevious && <Button onClick={onPrevious}>{words.previous}</Button>}
      <span class="saving" role="status" data-saving={saving}>
        {words.saving[saving]}
      </span>
    </div>
  );
}
