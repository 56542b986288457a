/**
 * What an RPC knows of its call. Invariant: lives as long as the call; `signal` aborts at the deadline or
 * when the caller leaves.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TwirpContentType, TwirpContext } from "twirp-ts";
import type { Principal } from "../../domain/principal.ts";
import type { Exchange } from "../../http/exchange.ts";

/** Finds out who calls; throws `unauthenticated`. Without a credential the answer is `nobody`. */
export type Authenticate = (
  authorization: string | undefined,
  exchange: Exchange,
) => Principal | Promise<Principal>;

/** Headers that the handler itself writes. */
const RESERVED = new Set(["content-type", "content-length", "content-encoding", "x-request-id"]);

export class RpcContext implements TwirpContext {
  readonly packageName: string;
  readonly serviceName: string;
  readonly methodName: string;
  readonly contentType: TwirpContentType;
  readonly exchange: Exchange;
  readonly #authenticate: Authenticate;
  #principal: Principal | Promise<Principal> | undefined;
  #mayRead: ((principal: Principal) => void) | undefined;

  constructor(
    route: { packageName: string; serviceName: string; methodName: string },
    contentType: TwirpContentType,
    exchange: Exchange,
    authenticate: Authenticate,
  ) {
    this.packageName = route.packageName;
    this.serviceName = route.serviceName;
    this.methodName = route.methodName;
    this.contentType = contentType;
    this.exchange = exchange;
    this.#authenticate = authenticate;
  }

  get req(): IncomingMessage {
    return this.exchange.req;
  }
  get res(): ServerResponse {
    return this.exchange.res;
  }
  get requestId(): string {
    return this.exchange.requestId;
  }
  get remoteAddress(): string {
    return this.exchange.remoteAddress;
  }
  /** Its reason is a FaultError: `deadline` or `canceled`. */
  get signal(): AbortSignal {
    return this.exchange.signal;
  }
  /** On the monotonic clock, milliseconds. */
  get deadlineMs(): number {
    return this.exchange.deadlineMs;
  }

  /** Who calls, found out once and only when asked; throws `unauthenticated` for a credential that is not good. */
  principal(): Principal | Promise<Principal> {
    return (this.#principal ??= this.#authenticate(
      this.exchange.req.headers.authorization,
      this.exchange,
    ));
  }

  /** @param mayRead throws for who may not have the answer: asked again when it took long. */
  answersTo(mayRead: (principal: Principal) => void): void {
    this.#mayRead = mayRead;
  }

  /** For an answer that took long, before it is sent. Throws for who may not have it any more. */
  async checkReader(): Promise<void> {
    this.#mayRead?.(
      await this.#authenticate(this.exchange.req.headers.authorization, this.exchange),
    );
  }

  /** A header of the answer, also when the answer is an error. Throws for those that the protocol owns. */
  setHeader(name: string, value: string | readonly string[]): void {
    if (RESERVED.has(name.toLowerCase()))
      throw new Error(`the header ${name} is not the RPC's to set`);
    this.exchange.res.setHeader(name, value);
  }
}
