// What to draw with, and how the picture is shown.
import { Button } from "../../parts/Button";
import type { Reading } from "../../state/reading";
import { wordsOf } from "../../words/words";
import type { Look, Tool } from "./Stage";

export const PLAIN_LOOK: Look = { zoom: 1, brightness: 1, contrast: 1, opacity: 0.8, brush: 12 };
const TOOLS: readonly Tool[] = ["move", "choose", "box", "polygon", "brush", "eraser"];

interface ToolbarProps {
  tool: Tool;
  locked: boolean;
  look: Look;
  reading: Reading;
  onTool: (tool: Tool) => void;
  onLook: (part: Partial<Look>) => void;
  onHelp: () => void;
}

export function Toolbar({ tool, locked, look, reading, onTool, onLook, onHelp }: ToolbarProps) {
  const words = wordsOf("review").value;
  return (
    <div class="toolbar" role="group" aria-label={words.reading.tools}>
      {TOOLS.map((each) => (
        <Button key={each} aria-pressed={tool === each} disabled={locked && each !== "move"} onClick={() => onTool(each)}>
          {words.reading.tool[each]}
        </Button>
      ))}
      <Button disabled={locked || !reading.canUndo.value} onClick={reading.undo}>
        {words.reading.undo}
      </Button>
      <Button disabled={locked || !reading.canRedo.value} onClick={reading.redo}>
        {words.reading.redo}
      </Button>
      <Button onClick={() => onLook({ zoom: Math.min(12, look.zoom * 1.5) })}>{words.reading.zoom_in}</Button>
      <Button onClick={() => onLook({ zoom: Math.max(1, look.zoom / 1.5) })}>{words.reading.zoom_out}</Button>
      <Button onClick={() => onLook({ zoom: 1 })}>{words.reading.fit}</Button>
      <Button kind="quiet" onClick={onHelp}>
        {words.keys.show}
      </Button>
    </div>
  );
}

export function Lookbar({ look, onLook }: { look: Look; onLook: (part: Partial<Look>) => void }) {
  const words = wordsOf("review").value.reading;
  const sliders = [
    { label: words.brightness, name: "brightness", min: 0.4, max: 2.5, step: 0.05 },
    { label: words.contrast, name: "contrast", min: 0.4, max: 3, step: 0.05 },
    { label: words.opacity, name: "opacity", min: 0, max: 1, step: 0.05 },
    { label: words.brush_size, name: "brush", min: 2, max: 60, step: 1 },
  ] as const;
  return (
    <div class="sliders" role="group" aria-label={words.looks}>
      {sliders.map(({ label, name, min, max, step }) => (
        <label class="slider" key={name}>
          {label}
          <input
            type="range"
            min={min}
            max={max}
            step={step}
            value={look[name]}
            onInput={(event) => onLook({ [name]: event.currentTarget.valueAsNumber })}
          />
        </label>
      ))}
      <Button kind="quiet" onClick={() => onLook(PLAIN_LOOK)}>
        {words.reset}
      </Button>
    </div>
  );
}
