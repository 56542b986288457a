/**
 * Parts that are drawn anew only when something they are given is another.
 * Invariant: what was drawn before is let go. To keep what a part made (a node, and return it again) would keep all
 * that was drawn around it when it was made: each such tree holds parts older than itself, and a page that watches
 * for hours would hold every one of them.
 */
import { Component, type ComponentClass, type FunctionComponent } from "preact";

/** The twin of this in `preact/compat` comes with all of that, which is more than the first load has room for. */
export function memo<P extends object>(Draw: FunctionComponent<P>): ComponentClass<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !isSame(this.props, next);
    }
    override render() {
      return <Draw {...this.props} />;
    }
  };
}

function isSame(one: object, other: object): boolean {
  const [had, has] = [Object.entries(one), new Map(Object.entries(other))];
  return had.length === has.size && had.every(([name, value]) => has.get(name) === value);
}
