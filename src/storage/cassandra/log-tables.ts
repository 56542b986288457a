/**
 * The tables of the logs. Invariant: what is changed by compare-and-set (`log_epoch`, `log_app`, `log_bucket`,
 * `log_manifest`) is never written plainly, because the two take their timestamps from different counts.
 *
 * Rows that end by TTL live in time windows, so that whole files end with them; three hours of grace, as nodes' hints
 * are replayed within it. A blob's part is a partition of its own: none grows hot or large, and its deletion is a
 * tombstone that no read walks over. Blocks are compressed already.
 */
import { statement } from "./statement.ts";

const BY_DAY = `compaction = {'class': 'TimeWindowCompactionStrategy',
  'compaction_window_unit': 'DAYS', 'compaction_window_size': 1} AND gc_grace_seconds = 10800`;
const BY_CAS = "gc_grace_seconds = 864000";

export const LOG_TABLES = [
  statement(
    "define",
    "log_epoch",
    `CREATE TABLE IF NOT EXISTS ks.log_epoch (
       name text PRIMARY KEY, epoch bigint, closed bigint, version bigint, nonce text
     ) WITH ${BY_CAS}`,
  ),
  statement(
    "define",
    "log_app",
    `CREATE TABLE IF NOT EXISTS ks.log_app (
       app text PRIMARY KEY, floor int, version bigint, nonce text
     ) WITH ${BY_CAS}`,
  ),
  statement(
    "define",
    "log_tail",
    `CREATE TABLE IF NOT EXISTS ks.log_tail (
       app text, chunk bigint, low bigint static, PRIMARY KEY (app, chunk)
     ) WITH gc_grace_seconds = 10800`,
  ),
  // By arrival, epoch first: readers seek to `low` and never meet a tombstone; a drained chunk goes as one partition.
  statement(
    "define",
    "log_l0",
    `CREATE TABLE IF NOT EXISTS ks.log_l0 (
       app text, chunk bigint, epoch bigint, writer text, seq int,
       bucket int, entry_count int, size_bytes int, min_time bigint, max_time bigint, committed_ms bigint,
       parts text, summary blob, batches blob, shards int, blob_bytes int, bytes blob,
       PRIMARY KEY ((app, chunk), epoch, writer, seq)
     ) WITH ${BY_DAY}`,
  ),
  statement(
    "define",
    "log_dirty",
    `CREATE TABLE IF NOT EXISTS ks.log_dirty (
       chunk bigint, k int, app text, PRIMARY KEY ((chunk, k), app)
     ) WITH ${BY_DAY}`,
  ),
  // How far the lists above were worked off.
  statement(
    "define",
    "log_dirty_low",
    `CREATE TABLE IF NOT EXISTS ks.log_dirty_low (
       k int PRIMARY KEY, chunk bigint
     ) WITH gc_grace_seconds = 10800`,
  ),
  // One partition an application, 9,000 rows of 60 bytes a year: a query of all time would else ask for each month there
  // ever can be.
  statement(
    "define",
    "log_bucket",
    `CREATE TABLE IF NOT EXISTS ks.log_bucket (
       app text, bucket int, shards int, expires_ms bigint, nonce text, PRIMARY KEY (app, bucket)
     ) WITH ${BY_CAS}`,
  ),
  statement(
    "define",
    "log_manifest",
    `CREATE TABLE IF NOT EXISTS ks.log_manifest (
       app text, bucket int, shard int, version bigint, nonce text, through bigint,
       totals blob, segments blob, trash blob,
       entry_count bigint, size_bytes bigint, min_time bigint, max_time bigint,
       PRIMARY KEY ((app, bucket, shard))
     ) WITH ${BY_CAS}`,
  ),
  statement(
    "define",
    "log_blob",
    `CREATE TABLE IF NOT EXISTS ks.log_blob (
       id text, part int, size int, data blob, PRIMARY KEY ((id, part))
     ) WITH ${BY_DAY} AND compression = {'enabled': 'false'} AND speculative_retry = 'NONE'`,
  ),
];
