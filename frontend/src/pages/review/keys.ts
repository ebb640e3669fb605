// Which key does what in the reading room; typing into a field is never taken for a command.
import type { Look, Tool } from "./Stage";

export interface Acts {
  diagnose: (number: number) => void;
  enter: () => void;
  next: () => void;
  previous: () => void;
  undo: () => void;
  redo: () => void;
  tool: (tool: Tool) => void;
  remove: () => void;
  look: (part: Partial<Look>) => void;
  current: () => Look;
  help: () => void;
}

export const TOOL_KEYS: Readonly<Record<string, Tool>> = {
  m: "move",
  s: "choose",
  b: "box",
  p: "polygon",
  r: "brush",
  e: "eraser",
};

const BIGGEST = 12;

export function keyHandler(acts: Acts): (event: KeyboardEvent) => void {
  const plain: Record<string, () => void> = {
    Enter: acts.enter,
    n: acts.next,
    d: acts.next,
    a: acts.previous,
    Delete: acts.remove,
    Backspace: acts.remove,
    "?": acts.help,
    "+": () => acts.look({ zoom: Math.min(BIGGEST, acts.current().zoom * 1.25) }),
    "=": () => acts.look({ zoom: Math.min(BIGGEST, acts.current().zoom * 1.25) }),
    "-": () => acts.look({ zoom: Math.max(1, acts.current().zoom / 1.25) }),
    "0": () => acts.look({ zoom: 1 }),
    "[": () => acts.look({ brightness: Math.max(0.4, acts.current().brightness - 0.1) }),
    "]": () => acts.look({ brightness: Math.min(2.5, acts.current().brightness + 0.1) }),
  };
  for (let number = 1; number <= 7; number++) plain[String(number)] = () => acts.diagnose(number);
  for (const [key, tool] of Object.entries(TOOL_KEYS)) plain[key] = () => acts.tool(tool);

  return (event) => {
    if (isTyping(event) || event.altKey) return;
    const act = event.ctrlKey || event.metaKey ? withControl(event, acts) : plain[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}

function withControl(event: KeyboardEvent, acts: Acts): (() => void) | undefined {
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? acts.redo : acts.undo;
  return key === "y" ? acts.redo : undefined;
}

/** A key that a focused control means for itself stays with it. */
export function isTyping(event: KeyboardEvent): boolean {
  const element = event.target instanceof HTMLElement ? event.target : null;
  if (!element || element.closest("dialog[open]")) return element !== null;
  if (element.matches("select, textarea, [contenteditable], input:not([type=range], [type=checkbox])")) return true;
  return event.key === "Enter" && element.matches("a, button, summary, [role=tab]");
}
