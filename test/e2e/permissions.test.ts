/** Who may call what, on the embedded store. */
import { describePermissions } from "../contract/permissions.ts";

describePermissions("sqlite", {});
