/**
 * HTTP statuses of Twirp's codes, version 7 of the protocol.
 */
import { TwirpErrorCode } from "twirp-ts";

const STATUS: Readonly<Record<TwirpErrorCode, number>> = {
  [TwirpErrorCode.Canceled]: 408,
  [TwirpErrorCode.Unknown]: 500,
  [TwirpErrorCode.InvalidArgument]: 400,
  [TwirpErrorCode.Malformed]: 400,
  [TwirpErrorCode.DeadlineExceeded]: 408,
  [TwirpErrorCode.NotFound]: 404,
  [TwirpErrorCode.BadRoute]: 404,
  [TwirpErrorCode.AlreadyExists]: 409,
  [TwirpErrorCode.PermissionDenied]: 403,
  [TwirpErrorCode.Unauthenticated]: 401,
  [TwirpErrorCode.ResourceExhausted]: 429,
  [TwirpErrorCode.FailedPrecondition]: 412,
  [TwirpErrorCode.Aborted]: 409,
  [TwirpErrorCode.OutOfRange]: 400,
  [TwirpErrorCode.Unimplemented]: 501,
  [TwirpErrorCode.Internal]: 500,
  [TwirpErrorCode.Unavailable]: 503,
  [TwirpErrorCode.DataLoss]: 500,
};

export function statusOfCode(code: TwirpErrorCode): number {
  return STATUS[code];
}
