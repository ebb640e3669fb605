// Sign-in on one machine: anybody on it may be any of the people the local server lists.
import { problemOf } from "../api/problem";
import type { Person, SignIn } from "./session";

const KEPT = "dermaloop.local-sign-in";

interface Kept {
  person: Person;
  token: string;
}

export function localSignIn(): SignIn {
  let kept = read();
  const keep = (next: Kept | null) => {
    kept = next;
    if (next) localStorage.setItem(KEPT, JSON.stringify(next));
    else localStorage.removeItem(KEPT);
  };
  return {
    kind: "local",
    accounts: people,
    resume: () => {
      if (kept && expired(kept.token)) keep(null);
      return Promise.resolve(kept?.person ?? null);
    },
    enter: async (how) => {
      const found = how.by === "person" && (await people()).find((person) => person.email === how.email);
      if (!found) throw problemOf(404, JSON.stringify({ code: "not_found" }));
      const { token } = await asked<{ token: string }>("/api/local/sign-in", { email: found.email });
      keep({ person: found, token });
      return found;
    },
    leave: () => {
      keep(null);
      return Promise.resolve();
    },
    token: () => Promise.resolve(kept?.token ?? null),
  };
}

async function people(): Promise<readonly Person[]> {
  return (await asked<{ people: Person[] }>("/api/local/people")).people;
}

async function asked<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(
    path,
    body === undefined
      ? {}
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) },
  );
  if (!response.ok) throw problemOf(response.status, await response.text());
  return (await response.json()) as Answer;
}

/** The token says itself when it ends; one that cannot be read has ended. */
function expired(token: string): boolean {
  try {
    const body = (token.split(".")[0] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(body)) as { exp: number };
    return exp * 1000 < Date.now();
  } catch {
    return true;
  }
}

function read(): Kept | null {
  try {
    const text = localStorage.getItem(KEPT);
    return text ? (JSON.parse(text) as Kept) : null;
  } catch {
    return null;
  }
}
