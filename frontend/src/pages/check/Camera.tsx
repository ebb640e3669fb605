// The viewfinder: what the camera sees, a ring to put the spot into, and what could be better, before the photo is taken.
import { useEffect, useRef, useState } from "preact/hooks";

import { measuredPixels } from "../../canvas/pictures";
import type { IssueCode } from "../../model/api";
import { centreSquare } from "../../model/crop";
import { issues, measure } from "../../model/quality";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Notice } from "../../parts/Notice";
import { shared, wordsOf } from "../../words/words";

interface CameraProps {
  onPhoto: (photo: Blob) => void;
  onClose: () => void;
  onOwnCamera: () => void;
}

type State = "starting" | "live" | "failed";
const LOOK_EVERY_MS = 600;
const WANTED = { video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1440 } } };

export function Camera({ onPhoto, onClose, onOwnCamera }: CameraProps) {
  const words = wordsOf("check").value;
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<State>("starting");
  const [found, setFound] = useState<readonly IssueCode[]>([]);
  useEffect(() => watch(video.current, setState, setFound), []);
  const shoot = () => void frameOf(video.current).then(onPhoto);
  const worst = found[0];
  return (
    <Dialog
      title={words.camera.title}
      open
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onOwnCamera}>
            {words.camera.own}
          </Button>
          <Button onClick={onClose}>{shared.value.common.cancel}</Button>
          <Button kind="main" disabled={state !== "live"} onClick={shoot}>
            {words.camera.shutter}
          </Button>
        </>
      }
    >
      <div class="viewfinder" hidden={state === "failed"}>
        <video ref={video} muted playsInline aria-label={words.camera.hint} />
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle class="viewfinder-ring" cx="50" cy="50" r="33" />
        </svg>
      </div>
      {state === "starting" && <p role="status">{words.camera.starting}</p>}
      {state === "failed" && <Notice tone="care" title={words.camera.failed} live />}
      {state === "live" && (
        <p class="viewfinder-said" role="status">
          {worst ? words.issues[worst] : words.camera.good}
        </p>
      )}
    </Dialog>
  );
}

/** Starts the camera, looks at its picture now and then, and lets go of it at the end. */
function watch(
  video: HTMLVideoElement | null,
  setState: (state: State) => void,
  setFound: (found: readonly IssueCode[]) => void,
): () => void {
  let stream: MediaStream | undefined;
  let over = false;
  const look = setInterval(() => {
    if (video?.videoWidth) setFound(inspect(video));
  }, LOOK_EVERY_MS);
  const begin = async () => {
    stream = await navigator.mediaDevices.getUserMedia(WANTED);
    if (over) letGo(stream);
    if (over || !video) return;
    video.srcObject = stream;
    await video.play();
    setState("live");
  };
  begin().catch(() => setState("failed"));
  return () => {
    over = true;
    clearInterval(look);
    letGo(stream);
  };
}

function inspect(video: HTMLVideoElement): IssueCode[] {
  const whole = { width: video.videoWidth, height: video.videoHeight };
  const square = centreSquare(whole);
  return issues(measure(measuredPixels(video, whole, square)), square.width * whole.width);
}

async function frameOf(video: HTMLVideoElement | null): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = video?.videoWidth ?? 0;
  canvas.height = video?.videoHeight ?? 0;
  if (video) canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.95),
  );
}

function letGo(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
