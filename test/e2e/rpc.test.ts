import { describeRpc } from "./rpc-cases.ts";

describeRpc({ store: "sqlite", settings: () => ({}) });
