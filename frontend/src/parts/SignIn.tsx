// Asks who somebody is, in whichever way this deployment lets people in.
import { useEffect, useState } from "preact/hooks";

import { explain, Problem } from "../api/problem";
import { enter, leave, person, resume, signInWay, type Entrance, type Person, type SignIn } from "../auth/session";
import { fill, shared } from "../words/words";
import { Button } from "./Button";
import { Field } from "./Field";
import { Notice } from "./Notice";

/** Shows its children once somebody is signed in, and the sign-in until then. */
export function SignedIn({ children }: { children: preact.ComponentChildren }) {
  useEffect(() => void resume().catch(() => (person.value = null)), []);
  if (person.value === undefined) return <p role="status">{shared.value.common.loading}</p>;
  return person.value ? <>{children}</> : <Entry />;
}

/** Who is signed in, and the way out; for the frame's head. */
export function Account() {
  if (!person.value) return null;
  const words = shared.value.sign_in;
  return (
    <span class="account">
      <span class="account-name">{fill(words.signed_in_as, { name: person.value.name })}</span>
      <Button kind="quiet" onClick={() => void leave()}>
        {words.sign_out}
      </Button>
    </span>
  );
}

function Entry() {
  const words = shared.value.sign_in;
  const [way, setWay] = useState<SignIn>();
  const [failure, setFailure] = useState("");
  useEffect(() => {
    void signInWay().then(setWay, (error: unknown) => setFailure(explain(error, shared.value).text));
  }, []);
  const go = (how: Entrance) => {
    setFailure("");
    enter(how).catch((error: unknown) => {
      setFailure(error instanceof Problem ? explain(error, shared.value).text : words.failed);
    });
  };
  return (
    <section class="entry" aria-labelledby="entry-title">
      <h1 id="entry-title">{words.title}</h1>
      {way?.kind === "local" && <LocalEntry way={way} go={go} />}
      {way?.kind === "firebase" && <FirebaseEntry go={go} />}
      {failure && <Notice tone="alarm" title={failure} live />}
    </section>
  );
}

function LocalEntry({ way, go }: { way: SignIn; go: (how: Entrance) => void }) {
  const words = shared.value.sign_in;
  const [people, setPeople] = useState<readonly Person[]>();
  useEffect(() => {
    void way.accounts().then(setPeople, () => setPeople([]));
  }, [way]);
  return (
    <>
      <p>{people?.length === 0 ? words.none : words.local}</p>
      <ul class="entry-people" aria-label={words.who}>
        {people?.map((one) => (
          <li key={one.email}>
            <Button onClick={() => go({ by: "person", email: one.email })}>{one.name}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function FirebaseEntry({ go }: { go: (how: Entrance) => void }) {
  const words = shared.value.sign_in;
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    go({ by: "password", email, password });
  };
  return (
    <>
      <Button kind="main" onClick={() => go({ by: "google" })}>
        {words.google}
      </Button>
      <form class="entry-form" onSubmit={submit}>
        <Field label={words.email}>
          <input
            class="input"
            type="email"
            autocomplete="username"
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </Field>
        <Field label={words.password}>
          <input
            class="input"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <Button type="submit">{words.submit}</Button>
      </form>
    </>
  );
}
