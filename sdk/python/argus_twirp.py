"""Calls of Argus by Twirp version 7, in protobuf or JSON: for messages that protoc generated, without generated stubs.

    logs = Service(log_service_pb2.DESCRIPTOR.services_by_name["LogService"], url, token=api_key)
    found = logs.Query(log_service_pb2.QueryRequest(query="level:error"))

Every failure is a TwirpError. No redirect is followed. Nothing is tried again by itself.
"""

import http.client
import json
import os
import time
from urllib.parse import urlsplit

from google.protobuf import json_format, message_factory

CODES = frozenset(
    "canceled unknown invalid_argument malformed deadline_exceeded not_found bad_route already_exists permission_denied "
    "unauthenticated resource_exhausted failed_precondition aborted out_of_range unimplemented internal unavailable data_loss".split()
)
_OF_STATUS = {
    400: "internal",
    401: "unauthenticated",
    403: "permission_denied",
    404: "bad_route",
    429: "resource_exhausted",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}


class TwirpError(Exception):
    """code is one of CODES; meta maps names to texts; retry_after is seconds, or None."""

    def __init__(self, code, msg, meta=None, retry_after=None):
        super().__init__(f"{code}: {msg}")
        self.code = code
        self.msg = msg
        self.meta = meta or {}
        self.retry_after = retry_after


class Service:
    """A service of the protos. Its methods take the request's message, and the seconds that the call may take."""

    def __init__(self, descriptor, url, token=None, json=False, timeout=30.0, headers=None):
        parts = urlsplit(url if "://" in url else f"http://{url}")
        self._connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host = parts.netloc
        self._path = f"{parts.path.rstrip('/')}/twirp/{descriptor.full_name}"
        self._json = json
        self._timeout = timeout
        self._headers = dict(headers or {})
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        for method in descriptor.methods:
            setattr(self, method.name, self._method(method))

    def _method(self, method):
        answer_class = message_factory.GetMessageClass(method.output_type)

        def call(request, timeout=None):
            body = self._encode(request)
            answer = self._post(f"{self._path}/{method.name}", body, timeout or self._timeout)
            return self._decode(answer, answer_class())

        return call

    def _encode(self, request):
        if not self._json:
            return request.SerializeToString()
        return json_format.MessageToJson(request, preserving_proto_field_name=True, indent=None).encode()

    def _decode(self, body, answer):
        try:
            if self._json:
                return json_format.Parse(body, answer, ignore_unknown_fields=True)
            answer.ParseFromString(body)
            return answer
        except Exception as error:  # Each runtime of protobuf has failures of its own.
            raise TwirpError("internal", f"the answer cannot be read: {error}") from error

    def _post(self, path, body, timeout):
        kind = "application/json" if self._json else "application/protobuf"
        headers = {
            "Argus-Timeout-Ms": str(max(1, int(timeout * 1000))),
            **self._headers,
            "Content-Type": kind,
            "Accept": kind,
            "Twirp-Version": "v7",
        }
        connection = self._connect(self._host, timeout=timeout)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except TimeoutError as error:
            raise TwirpError("deadline_exceeded", f"no answer within {timeout} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise TwirpError("internal", f"failed to do request: {error!r}") from error
        finally:
            connection.close()
        if answer.status == 200 and answer.headers.get_content_type() == kind:
            return content
        raise _failure(answer, content)


def new_batch_id():
    """A UUIDv7: the time in milliseconds, and chance."""
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _failure(answer, content):
    seconds = answer.headers.get("Retry-After", "")
    retry_after = int(seconds) if seconds.isdigit() else None
    title = f'{answer.status} "{answer.reason}"'
    between = {"http_error_from_intermediary": "true", "status_code": str(answer.status)}
    text = content.decode(errors="replace")
    if 300 <= answer.status < 400:
        location = answer.headers.get("Location", "")
        msg = f'unexpected HTTP status code {title} received, Location="{location}"'
        return TwirpError("internal", msg, {**between, "location": location})
    body = _error_body(text)
    if answer.status == 200 or body is None:
        code = "internal" if answer.status == 200 else _OF_STATUS.get(answer.status, "unknown")
        msg = f"Error from intermediary with HTTP status code {title}"
        return TwirpError(code, msg, {**between, "body": text}, retry_after)
    if body["code"] not in CODES:
        return TwirpError("internal", f"invalid type returned from server error response: {body['code']}", {"body": text})
    return TwirpError(body["code"], body.get("msg", ""), body.get("meta"), retry_after)


def _error_body(text):
    """The error if it is one of a Twirp server: no other members, a code, and texts in meta."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    if not isinstance(body, dict) or not body.keys() <= {"code", "msg", "meta"}:
        return None
    meta = body.get("meta", {})
    if not isinstance(meta, dict) or not all(isinstance(value, str) for value in meta.values()):
        return None
    code, msg = body.get("code"), body.get("msg", "")
    return body if isinstance(code, str) and code != "" and isinstance(msg, str) else None
