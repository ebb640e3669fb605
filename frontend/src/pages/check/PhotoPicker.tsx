// Two ways to a photo: this page's camera with its ring, or a file; on phones the file dialog offers the camera too.
import { useRef, useState } from "preact/hooks";

import { Button } from "../../parts/Button";
import { lazily } from "../../parts/lazily";
import { startWords } from "../../words/start";
import { need } from "../../words/words";

const Camera = lazily(async () => (await Promise.all([import("./Camera"), need("check")]))[0].Camera);
const TYPES = "image/*,.heic,.heif";

export function PhotoPicker({ onPhoto }: { onPhoto: (photo: Blob) => void }) {
  const words = startWords.value;
  const [shooting, setShooting] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const shooter = useRef<HTMLInputElement>(null);
  const picked = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    input.value = ""; // the same file may be chosen again
    if (file) onPhoto(file);
  };
  const take = () => {
    // old browsers, and pages without a secure address, have no camera of their own
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (mediaDevices) setShooting(true);
    else shooter.current?.click();
  };
  return (
    <div class="picker">
      <Button kind="main" onClick={take}>
        <CameraSign />
        {words.take}
      </Button>
      <Button onClick={() => chooser.current?.click()}>{words.choose}</Button>
      <input ref={chooser} class="picker-file" type="file" accept={TYPES} hidden onChange={picked} />
      <input ref={shooter} class="picker-camera" type="file" accept="image/*" capture="environment" hidden onChange={picked} />
      {shooting && (
        <Camera
          onPhoto={(photo) => {
            setShooting(false);
            onPhoto(photo);
          }}
          onClose={() => setShooting(false)}
          onOwnCamera={() => {
            setShooting(false);
            shooter.current?.click();
          }}
        />
      )}
    </div>
  );
}

function CameraSign() {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
      <path d="M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z" />
      <circle cx="12" cy="13" r="3.5" />
    </svg>
  );
}
