/**
 * Who one is here. Names are changed by admins of the instance, their own, too.
 */
import { Field, Form, textIn } from "../parts/form.tsx";
import { logsOf } from "../logs-place.ts";
import { pathOf } from "../paths.ts";
import { manage } from "../manage.ts";
import { applications, user } from "../session.ts";
import { Square } from "../shell/switcher.tsx";
import { say } from "../shell/toasts.tsx";
import { roleText } from "../words.ts";

export function Profile() {
  const who = user.value;
  if (!who) return null;
  const submit = async (form: FormData): Promise<void> => {
    const answer = await manage.users.UpdateUser({
      userId: who.id,
      name: textIn(form, "name"),
      instanceAdmin: undefined,
    });
    user.value = answer.user ?? who;
    say("Saved");
  };
  const own = applications.value ?? [];
  return (
    <main class="page">
      <h1>Profile</h1>
      {who.instanceAdmin && (
        <Form action="Save" doing="Saving…" onSubmit={submit}>
          <Field label="Name" name="name" value={who.name} autoComplete="name" required />
        </Form>
      )}
      <dl class="facts">
        {!who.instanceAdmin && (
          <div>
            <dt>Name</dt>
            <dd>
              {who.name} <span class="under">An admin of the instance can change it</span>
            </dd>
          </div>
        )}
        <div>
          <dt>Email, to sign in with</dt>
          <dd>{who.email}</dd>
        </div>
        <div>
          <dt>In this instance</dt>
          <dd>{who.instanceAdmin ? "admin" : "user"}</dd>
        </div>
        <div>
          <dt>Member of</dt>
          <dd>
            {own.length === 0 && "no application"}
            <ul class="plain-list">
              {own.map((one) => (
                <li key={one.id}>
                  <Square name={one.name} color={one.color} />{" "}
                  <a href={pathOf(logsOf(one.name))}>{one.name}</a>, {roleText(one.role)}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
    </main>
  );
}
