/**
 * What runs here, as the process that answered sees it.
 */
import { Loading } from "../parts/loading.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { exactText, When } from "../parts/when.tsx";
import { manage } from "../manage.ts";
import { useLoaded } from "../use-loaded.ts";
import { msOf } from "../words.ts";

export function System() {
  const instance = useLoaded((signal) => manage.with({ signal }).instance.GetInstance({}), []);
  const of = instance.value;
  return (
    <>
      <main class="page">
        <h1>System</h1>
        <Loading of={instance} />
        {of !== undefined && (
          <>
            <dl class="facts">
              <div>
                <dt>Argus</dt>
                <dd>{of.version}</dd>
              </div>
              <div>
                <dt>Store</dt>
                <dd>{of.store}</dd>
              </div>
              <div>
                <dt>Started</dt>
                <dd>
                  <When ms={msOf(of.startedAt)} />{" "}
                  <span class="under">{exactText(msOf(of.startedAt))}</span>
                </dd>
              </div>
              <div>
                <dt>Node.js</dt>
                <dd>{of.nodeVersion}</dd>
              </div>
            </dl>
            <p class="hint">
              Of the process that answered. A look at the store and its settings: npx argus doctor
            </p>
          </>
        )}
      </main>
      <StatusLine left={[of !== undefined && `Argus ${of.version}`]} right={["Instance admin"]} />
    </>
  );
}
