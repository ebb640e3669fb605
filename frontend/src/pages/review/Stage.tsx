// The picture a doctor reads: zoomed and scrolled like any page, with what is drawn and painted lying over it.
import { useEffect, useRef, useState } from "preact/hooks";

import { paintMask, type Brush } from "../../canvas/brush";
import { drawOutlines, type Outlines } from "../../canvas/outlines";
import { blankMask, decodeMask, encodeMask, isBlank, type Mask } from "../../model/mask";
import { isOutline, type Outline } from "../../model/outline";
import type { Shape } from "../../model/reviewing";
import { useAddress } from "../../parts/useAddress";

export type Tool = "move" | "choose" | "box" | "polygon" | "brush" | "eraser";

export interface Look {
  zoom: number;
  brightness: number;
  contrast: number;
  opacity: number;
  brush: number;
}

interface StageProps {
  picture: Blob;
  aspect: number;
  alt: string;
  region: string;
  shapes: readonly Shape[];
  tool: Tool;
  look: Look;
  locked: boolean;
  overlay?: string | undefined;
  onShapes: (shapes: Shape[]) => void;
  onZoom: (zoom: number) => void;
  onRemover: (remove: () => void) => void;
}

interface Layers {
  outlines: Outlines;
  brush: Brush;
  blank: () => Mask;
}

export function Stage(props: StageProps) {
  const { shapes, tool, look, locked } = props;
  const address = useAddress(props.picture);
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const now = useRef(props);
  now.current = props;
  const [layers, setLayers] = useState<Layers>();

  useEffect(() => {
    if (!address || !host.current || !canvas.current) return;
    return layer(address, host.current, canvas.current, props.alt, now, setLayers);
  }, [address]);
  useEffect(() => {
    if (!layers) return;
    layers.outlines.show(shapes.filter(isOutline));
    const painted = shapes.find((shape) => shape.type === "rle");
    layers.brush.show(painted ? decodeMask(painted) : layers.blank());
  }, [layers, shapes]);
  useEffect(() => {
    layers?.outlines.use(!locked && (tool === "box" || tool === "polygon") ? tool : null);
    layers?.outlines.lock(locked || tool === "move");
    layers?.brush.use(!locked && (tool === "brush" || tool === "eraser") ? tool : null, look.brush);
    if (layers) props.onRemover(layers.outlines.removeChosen);
  }, [layers, tool, locked, look.brush]);
  useScrollByDragging(frame, tool === "move");
  useZoomByWheel(frame, now);

  const filter = `brightness(${look.brightness}) contrast(${look.contrast})`;
  return (
    <div class="stage" ref={frame} role="region" aria-label={props.region} tabIndex={0} data-tool={tool}>
      <div class="stage-sheet" style={{ width: `calc(${look.zoom} * min(100%, 70dvh * ${props.aspect}))` }}>
        <div class="stage-picture" ref={host} style={{ "--look": filter, "--layer": look.opacity }} />
        {props.overlay && <img class="stage-overlay" src={props.overlay} alt="" style={{ opacity: look.opacity }} />}
        <canvas class="stage-mask" ref={canvas} style={{ opacity: look.opacity }} />
      </div>
    </div>
  );
}

/** Puts the picture into its host, and the two layers over it once it is there. */
function layer(
  address: string,
  host: HTMLElement,
  canvas: HTMLCanvasElement,
  alt: string,
  now: { current: StageProps },
  ready: (layers: Layers | undefined) => void,
): () => void {
  const picture = document.createElement("img");
  let made: Layers | undefined;
  let over = false;
  picture.alt = alt;
  picture.src = address;
  host.replaceChildren(picture);
  const outlined = (outlines: Outline[]) =>
    now.current.onShapes([...outlines, ...now.current.shapes.filter((shape) => shape.type === "rle")]);
  const painted = (mask: Mask) =>
    now.current.onShapes([...now.current.shapes.filter(isOutline), ...(isBlank(mask) ? [] : [encodeMask(mask)])]);
  void picture.decode().then(() => {
    if (over) return;
    const blank = () => blankMask(picture.naturalWidth, picture.naturalHeight);
    made = { outlines: drawOutlines(picture, outlined), brush: paintMask(canvas, painted), blank };
    ready(made);
  });
  return () => {
    over = true;
    made?.outlines.destroy();
    made?.brush.destroy();
    ready(undefined);
  };
}

/** Takes hold of the picture and pulls it along. */
function useScrollByDragging(frame: { current: HTMLDivElement | null }, moving: boolean): void {
  useEffect(() => {
    const element = frame.current;
    if (!element || !moving) return;
    const pull = (event: PointerEvent) => {
      if (event.buttons === 1) element.scrollBy(-event.movementX, -event.movementY);
    };
    element.addEventListener("pointermove", pull);
    return () => element.removeEventListener("pointermove", pull);
  }, [moving]);
}

/** Ctrl and the wheel, or two fingers on a trackpad: what lies under the pointer stays there. */
function useZoomByWheel(frame: { current: HTMLDivElement | null }, now: { current: StageProps }): void {
  useEffect(() => {
    const element = frame.current;
    const zoom = (event: WheelEvent) => {
      if (!event.ctrlKey || !element) return;
      event.preventDefault();
      const before = now.current.look.zoom;
      const after = Math.min(12, Math.max(1, before * Math.exp(-event.deltaY / 300)));
      const box = element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const [left, top] = [element.scrollLeft + x, element.scrollTop + y];
      now.current.onZoom(after);
      requestAnimationFrame(() => element.scrollTo((left * after) / before - x, (top * after) / before - y));
    };
    element?.addEventListener("wheel", zoom, { passive: false });
    return () => element?.removeEventListener("wheel", zoom);
  }, []);
}
