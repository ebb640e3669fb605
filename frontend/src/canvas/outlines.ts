// Drawing boxes and polygons over a picture, by Annotorious; shapes go in and out in fractions.
import { createImageAnnotator, UserSelectAction, type ImageAnnotation } from "@annotorious/annotorious";
import "@annotorious/annotorious/annotorious.css";

import { fromDrawn, toDrawn, type Drawn, type Outline } from "../model/outline";

export type OutlineTool = "box" | "polygon";

export interface Outlines {
  /** Shows exactly these, unless they are shown already. */
  show: (outlines: readonly Outline[]) => void;
  /** Draw with a tool, or, with none, choose and change what is there. */
  use: (tool: OutlineTool | null) => void;
  removeChosen: () => void;
  lock: (locked: boolean) => void;
  destroy: () => void;
}

const TOOLS: Record<OutlineTool, "rectangle" | "polygon"> = { box: "rectangle", polygon: "polygon" };

/** `picture` must have been loaded and stand in a host of its own, since the library moves it into a frame. */
export function drawOutlines(picture: HTMLImageElement, onChange: (outlines: Outline[]) => void): Outlines {
  const size = { width: picture.naturalWidth, height: picture.naturalHeight };
  const annotator = createImageAnnotator(picture, { drawingEnabled: false, autoSave: true });
  let shown = "";

  const read = (): Outline[] =>
    annotator.getAnnotations().flatMap((annotation) => {
      const outline = fromDrawn(annotation.target.selector as unknown as Drawn, size, labelOf(annotation));
      return outline ? [outline] : [];
    });
  const told = () => {
    const outlines = read();
    shown = JSON.stringify(outlines);
    onChange(outlines);
  };
  annotator.on("createAnnotation", told);
  annotator.on("updateAnnotation", told);
  annotator.on("deleteAnnotation", told);

  return {
    show: (outlines) => {
      const wanted = JSON.stringify(outlines);
      if (wanted === shown) return;
      shown = wanted;
      annotator.cancelSelected();
      annotator.setAnnotations(outlines.map((outline, number) => annotationOf(outline, number, size)), true);
    },
    use: (tool) => {
      annotator.setDrawingEnabled(tool !== null);
      if (!tool) {
        annotator.cancelDrawing();
        return;
      }
      annotator.setDrawingMode(tool === "polygon" ? "click" : "drag");
      annotator.setDrawingTool(TOOLS[tool]);
    },
    removeChosen: () => {
      for (const chosen of annotator.getSelected()) annotator.removeAnnotation(chosen.id);
      told();
    },
    lock: (locked) => annotator.setUserSelectAction(locked ? UserSelectAction.NONE : UserSelectAction.EDIT),
    destroy: () => annotator.destroy(),
  };
}

function annotationOf(outline: Outline, number: number, size: { width: number; height: number }): ImageAnnotation {
  const id = `shape-${number}-${Math.random().toString(36).slice(2)}`;
  const bodies = [{ id: `${id}-label`, annotation: id, purpose: "tagging", value: outline.label }];
  return { id, bodies, target: { annotation: id, selector: toDrawn(outline, size) } } as unknown as ImageAnnotation;
}

function labelOf(annotation: ImageAnnotation): string {
  return annotation.bodies.find((body) => body.purpose === "tagging")?.value ?? "lesion";
}
