/**
 * An audit event as it is kept. Invariant: what `storeAuditEvent` writes `parseAuditEvent` reads back, also when the
 * action is one that this program does not know any more.
 */
import { storedFields } from "../auth/stored-fields.ts";
import type { JsonObject } from "../storage/record-store.ts";

/** What is written down, `thing.change`; the API gives these words out. */
export type AuditAction =
  | "application.create"
  | "application.update"
  | "application.delete"
  | "member.add"
  | "member.invite"
  | "member.update"
  | "member.remove"
  | "api_key.create"
  | "api_key.rotate"
  | "api_key.revoke"
  | "user.set_up"
  | "user.invite"
  | "user.join"
  | "user.update"
  | "user.disable"
  | "user.enable"
  | "user.reset_link"
  | "password.change"
  | "password.reset"
  | "session.start"
  | "session.end"
  | "session.reuse";

export interface AuditActor {
  readonly kind: "user" | "key" | "nobody";
  /** Of the user or the key; empty for nobody. */
  readonly id: string;
  /** The user's email at that time. */
  readonly name: string;
}

/** What is asked for. */
export interface AuditChange {
  readonly action: AuditAction;
  /** Id or name of what is changed; empty until it is made. */
  readonly target: string;
  /** More of it, by the names of the request. */
  readonly details: Readonly<Record<string, string>>;
}

export interface AuditEvent extends Omit<AuditChange, "action"> {
  readonly action: string;
  readonly id: string;
  /** By the clock of the process that wrote it. */
  readonly atMs: number;
  readonly actor: AuditActor;
  readonly address: string;
  /** What the client calls itself (User-Agent). */
  readonly device: string;
}

export function storeAuditEvent(event: AuditEvent): JsonObject {
  return {
    id: event.id,
    at_ms: event.atMs,
    actor_kind: event.actor.kind,
    actor_id: event.actor.id,
    actor_name: event.actor.name,
    action: event.action,
    target: event.target,
    details: event.details,
    address: event.address.slice(0, 64),
    device: event.device.slice(0, 256),
  };
}

export function parseAuditEvent(value: JsonObject): AuditEvent {
  const fields = storedFields("audit", value);
  const details = fields.object("details");
  const texts = storedFields("audit", details);
  return {
    id: fields.text("id"),
    atMs: fields.number("at_ms"),
    actor: {
      kind: fields.oneOf("actor_kind", ["user", "key", "nobody"]),
      id: fields.text("actor_id"),
      name: fields.text("actor_name"),
    },
    action: fields.text("action"),
    target: fields.text("target"),
    details: Object.fromEntries(Object.keys(details).map((name) => [name, texts.text(name)])),
    address: fields.text("address"),
    device: fields.text("device"),
  };
}
