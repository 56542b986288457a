/**
 * A process that opens the distributed store, makes one record, says so in a line, and ends.
 * Run by a test that starts several at once: `node opening-process.ts <options as JSON> <name>`.
 */
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";
import { openForTests } from "./keyspace.ts";

const [, , optionsText = "{}", name = ""] = process.argv;

await using store = await openForTests(JSON.parse(optionsText) as CassandraOptions);
const made = await store.records.insert({ table: "instance", partition: "", key: name }, {});
console.log(`${name} ${made ? "made" : "met"} its record`);
