/**
 * For a person who belongs to no application, and may not make one.
 */
import { Mark } from "../parts/form.tsx";
import { signOut, user } from "../session.ts";

export function NoMembership() {
  return (
    <main class="narrow">
      <Mark />
      <h1>No application yet</h1>
      <p>
        You are signed in as {user.value?.email ?? ""}, and a member of no application. An owner of
        one can add you by this email; then load this page again.
      </p>
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </main>
  );
}
