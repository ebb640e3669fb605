// One button, in four weights; it never submits a form unless told to.
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";

export type ButtonKind = "main" | "plain" | "quiet" | "danger";
type Native = Omit<ButtonHTMLAttributes, "class" | "className">;

export function Button({ kind = "plain", children, ...rest }: Native & { kind?: ButtonKind; children: ComponentChildren }) {
  return (
    <button type="button" class="button" data-kind={kind} {...rest}>
      {children}
    </button>
  );
}
