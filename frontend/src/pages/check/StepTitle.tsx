// The heading of a step, the same everywhere.
export function StepTitle({ title, lead }: { title: string; lead?: string }) {
  return (
    <header class="step-title">
      <h1>{title}</h1>
      {lead && <p class="lead">{lead}</p>}
    </header>
  );
}
