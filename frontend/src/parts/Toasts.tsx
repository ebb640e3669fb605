// Where passing messages appear; a live region, so that they are read aloud.
import { toasts } from "../state/toasts";

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((toast) => (
        <div class="toast" key={toast.id}>
          {toast.text}
        </div>
      ))}
    </div>
  );
}
