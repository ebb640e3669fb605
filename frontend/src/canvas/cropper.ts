// Cropper.js as one frame over one fixed picture: shows a crop, and tells of the one a person has dragged.
import "cropperjs";

import type { CropperSelection } from "cropperjs";

import type { Crop } from "../model/api";

const HANDLES = ["n", "e", "s", "w", "ne", "nw", "se", "sw"] as const;
const SLACK = 1; // pixels: a drag to the very edge may overshoot by a rounding

export interface Shown {
  address: string;
  alt: string;
  label: string;
  onDragged: (crop: Crop) => void;
  onKey: (event: KeyboardEvent) => void;
}

export interface Frame {
  show: (crop: Crop) => void;
  remove: () => void;
}

/** Builds Cropper's elements in a place that has the picture's shape. */
export function cropper(place: HTMLElement, { address, alt, label, onDragged, onKey }: Shown): Frame {
  const selection = element(
    "cropper-selection",
    { movable: "", resizable: "", outlined: "", "aspect-ratio": "1", role: "group", "aria-label": label, tabindex: "0" },
    element("cropper-grid", { "aria-hidden": "true", covered: "", bordered: "" }),
    element("cropper-handle", { action: "move", plain: "" }),
    ...HANDLES.map((side) => element("cropper-handle", { action: `${side}-resize` })),
  ) as Selection;
  const image = element("cropper-image", { src: address, alt, "initial-center-size": "cover" });
  place.replaceChildren(element("cropper-canvas", {}, image, element("cropper-shade", {}), selection));
  let latest: Crop | undefined;
  const show = (crop: Crop) => {
    latest = crop;
    const { width, height } = place.getBoundingClientRect();
    if (width > 0) selection.$change(crop.x * width, crop.y * height, crop.width * width, crop.height * height, 1, true);
  };
  const resized = new ResizeObserver(() => {
    if (latest) show(latest);
  });
  resized.observe(place);
  selection.addEventListener("change", (event) => {
    if (leaves((event as CustomEvent<Box>).detail, place.getBoundingClientRect())) event.preventDefault();
  });
  selection.addEventListener("keydown", onKey);
  place.addEventListener("actionend", () => {
    const { width, height } = place.getBoundingClientRect();
    const { x, y } = selection;
    onDragged({ x: x / width, y: y / height, width: selection.width / width, height: selection.height / height });
  });
  return {
    show,
    remove: () => {
      resized.disconnect();
      place.replaceChildren();
    },
  };
}

type Selection = HTMLElement & Box & Pick<CropperSelection, "$change">;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function leaves(box: Box, whole: { width: number; height: number }): boolean {
  const { x, y, width, height } = box;
  return x < -SLACK || y < -SLACK || x + width > whole.width + SLACK || y + height > whole.height + SLACK;
}

function element(tag: string, attributes: Record<string, string>, ...children: Element[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
