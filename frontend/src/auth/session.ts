// Who is signed in, whichever way this deployment lets people in.
import { signal } from "@preact/signals";

import { authorize } from "../api/ask";

export interface Person {
  id: string;
  email: string;
  name: string;
  roles: readonly string[];
}

/** One way of signing in; `accounts` lists people only where choosing one is the sign-in. */
export interface SignIn {
  kind: "local" | "firebase";
  accounts: () => Promise<readonly Person[]>;
  resume: () => Promise<Person | null>;
  enter: (how: Entrance) => Promise<Person>;
  leave: () => Promise<void>;
  token: () => Promise<string | null>;
}
export type Entrance =
  | { by: "person"; email: string }
  | { by: "google" }
  | { by: "password"; email: string; password: string };

interface SiteConfig {
  sign_in?: "local" | "firebase";
  firebase?: Record<string, string>;
}

/** undefined until it is known. */
export const person = signal<Person | null | undefined>(undefined);

let chosen: Promise<SignIn> | undefined;

/** The sign-in that /config.json names; where there is no such file, the local one. */
export function signInWay(): Promise<SignIn> {
  chosen ??= choose();
  return chosen;
}

/** Takes up an earlier sign-in, and lets every later request carry it. */
export async function resume(): Promise<void> {
  const way = await signInWay();
  authorize(way.token);
  person.value = await way.resume();
}

export async function enter(how: Entrance): Promise<void> {
  const way = await signInWay();
  person.value = await way.enter(how);
}

export async function leave(): Promise<void> {
  const way = await signInWay();
  await way.leave();
  person.value = null;
}

async function choose(): Promise<SignIn> {
  const config = await readConfig();
  if (config.sign_in === "firebase" && config.firebase) {
    const { firebaseSignIn } = await import("./firebase");
    return firebaseSignIn(config.firebase);
  }
  const { localSignIn } = await import("./local");
  return localSignIn();
}

async function readConfig(): Promise<SiteConfig> {
  const response = await fetch("/config.json");
  return response.ok ? ((await response.json()) as SiteConfig) : {};
}
