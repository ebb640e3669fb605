// Painting a mask with a brush on a canvas that lies over the picture.
import { stroke, type Mask, type Point } from "../model/mask";

export interface Brush {
  show: (mask: Mask) => void;
  /** Paints, wipes, or, with null, lets everything through. */
  use: (tool: "brush" | "eraser" | null, radius: number) => void;
  destroy: () => void;
}

const COLOUR = [94, 234, 212, 150] as const;

/** `onPainted` gets the mask after each stroke. */
export function paintMask(canvas: HTMLCanvasElement, onPainted: (mask: Mask) => void): Brush {
  const context = canvas.getContext("2d");
  let mask: Mask | undefined;
  let tool: "brush" | "eraser" | null = null;
  let radius = 10;
  let last: Point | undefined;

  const place = (event: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * canvas.width,
      y: ((event.clientY - box.top) / box.height) * canvas.height,
    };
  };
  const paint = (event: PointerEvent) => {
    if (!mask || !last || !tool) return;
    const next = place(event);
    stroke(mask, last, next, radius, tool === "brush");
    last = next;
    draw(context, mask);
  };
  const down = (event: PointerEvent) => {
    if (!tool || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    paint(event);
  };
  const up = () => {
    if (mask && last) onPainted({ ...mask, cells: mask.cells.slice() });
    last = undefined;
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", paint);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);

  return {
    show: (next) => {
      mask = { ...next, cells: next.cells.slice() };
      canvas.width = mask.width;
      canvas.height = mask.height;
      draw(context, mask);
    },
    use: (next, size) => {
      tool = next;
      radius = size;
      canvas.style.pointerEvents = next ? "auto" : "none";
    },
    destroy: () => {
      canvas.removeEventListener("pointerdown", down);
      canvas.removeEventListener("pointermove", paint);
      canvas.removeEventListener("pointerup", up);
      canvas.removeEventListener("pointercancel", up);
    },
  };
}

function draw(context: CanvasRenderingContext2D | null, mask: Mask): void {
  const pixels = new ImageData(mask.width, mask.height);
  mask.cells.forEach((cell, number) => {
    if (cell) pixels.data.set(COLOUR, number * 4);
  });
  context?.putImageData(pixels, 0, 0);
}
