// Sign-in with Firebase: the only file that names its SDK, and loaded only where /config.json asks for it.
import { initializeApp } from "firebase/app";
import {
  browserLocalPersistence,
  browserPopupRedirectResolver,
  GoogleAuthProvider,
  indexedDBLocalPersistence,
  initializeAuth,
  signInWithEmailAndPassword,
  signInWithPopup,
  signOut,
  type User,
} from "firebase/auth";

import type { Person, SignIn } from "./session";

export function firebaseSignIn(options: Record<string, string>): SignIn {
  const auth = initializeAuth(initializeApp(options), {
    persistence: [indexedDBLocalPersistence, browserLocalPersistence],
    popupRedirectResolver: browserPopupRedirectResolver,
  });
  return {
    kind: "firebase",
    accounts: () => Promise.resolve([]),
    resume: async () => {
      await auth.authStateReady();
      return auth.currentUser ? personOf(auth.currentUser) : null;
    },
    enter: async (how) => {
      if (how.by === "password") return personOf((await signInWithEmailAndPassword(auth, how.email, how.password)).user);
      return personOf((await signInWithPopup(auth, new GoogleAuthProvider())).user);
    },
    leave: () => signOut(auth),
    token: async () => (await auth.currentUser?.getIdToken()) ?? null,
  };
}

/** What the browser believes of the roles only shapes the page; the server judges every request by itself. */
async function personOf(user: User): Promise<Person> {
  const { claims } = await user.getIdTokenResult();
  const roles = Array.isArray(claims["roles"]) ? claims["roles"].filter((role) => typeof role === "string") : [];
  return { id: user.uid, email: user.email ?? "", name: user.displayName ?? user.email ?? "", roles };
}
