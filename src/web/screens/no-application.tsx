/**
 * What stands in the place of a screen of an application that is not there for this person.
 */
export function NoApplication(props: { name: string }) {
  return (
    <main class="page">
      <h1>No such application</h1>
      <p>There is no application “{props.name}”, or you are not a member of it.</p>
    </main>
  );
}
