/**
 * Tickets: each lets whoever brings it download one export, once.
 * Invariant: the store keeps the hash of a ticket and never the ticket. It ends after 30 seconds, when it is used, and
 * with the session of the user who made it; of two who bring it at one time, to whichever processes, one gets it.
 */
import { randomBase62 } from "../auth/base62.ts";
import { allRecords } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import { secretHash } from "../auth/refresh-token.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Clock } from "../domain/clock.ts";
import { type FaultError, unauthenticated } from "../domain/fault.ts";
import { parseSessionId, parseUserId, type SessionId, type UserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";

const TICKETS = "export_tickets";
/** 143 bits. */
const TICKET_DIGITS = 24;
const LIFE_MS = 30_000;

export interface ExportTicket {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** Of the export, as they were sent. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface ExportTickets {
  /** @returns the ticket, which nobody can read again, and its end. */
  create(of: ExportTicket): Promise<{ ticket: string; expiresAtMs: number }>;
  /** Fails with `noSuchTicket`. */
  find(ticket: string): Promise<FoundTicket>;
  /** Removes those that have ended. */
  tidy(): Promise<void>;
}

interface FoundTicket extends ExportTicket {
  /** Uses it up; fails with `noSuchTicket` when somebody did before. */
  spend(): Promise<void>;
}

/** Tickets are secrets: the words do not repeat them. */
function noSuchTicket(): FaultError {
  return unauthenticated("the ticket is none, was used or has ended: start the download again");
}

export function createExportTickets(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
}): ExportTickets {
  const { records, clock, entropy } = deps;
  return {
    async create(of) {
      const ticket = randomBase62(entropy, TICKET_DIGITS);
      const expiresAtMs = clock.nowMs() + LIFE_MS;
      await records.insert(ticketAddress(ticket), {
        user: of.userId,
        session: of.sessionId,
        parameters: of.parameters,
        expires_at_ms: expiresAtMs,
      });
      return { ticket, expiresAtMs };
    },

    async find(ticket) {
      const at = ticketAddress(ticket.trim());
      const found = await records.get(at);
      if (found === undefined || expiresAtMsOf(found.value) <= clock.nowMs()) throw noSuchTicket();
      return {
        ...parseTicket(found.value),
        async spend() {
          if (!(await records.remove(at, found.version))) throw noSuchTicket();
        },
      };
    },

    async tidy() {
      for await (const { key, version, value } of allRecords(records, "export_ticket", TICKETS))
        if (expiresAtMsOf(value) <= clock.nowMs())
          await records.remove({ table: "export_ticket", partition: TICKETS, key }, version);
    },
  };
}

function ticketAddress(ticket: string): RecordAddress {
  return { table: "export_ticket", partition: TICKETS, key: secretHash(ticket) };
}

function expiresAtMsOf(value: JsonObject): number {
  return storedFields("export_ticket", value).number("expires_at_ms");
}

function parseTicket(value: JsonObject): ExportTicket {
  const fields = storedFields("export_ticket", value);
  const parameters = fields.object("parameters");
  const texts = storedFields("export_ticket", parameters);
  return {
    userId: parseUserId(fields.text("user")),
    sessionId: parseSessionId(fields.text("session")),
    parameters: Object.fromEntries(
      Object.keys(parameters).map((name) => [name, texts.text(name)] as const),
    ),
  };
}
