"""The client against the server at ARGUS_URL, in both encodings; ARGUS_API_KEY may send and read."""

import os
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from argus.v1 import auth_service_pb2, entry_pb2, log_service_pb2
from argus_twirp import Service, TwirpError, new_batch_id

LOGS = log_service_pb2.DESCRIPTOR.services_by_name["LogService"]
AUTH = auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"]


def logs(**options):
    options.setdefault("token", os.environ["ARGUS_API_KEY"])
    return Service(LOGS, os.environ["ARGUS_URL"], **options)


class Client(unittest.TestCase):
    def both(self):
        for json in (True, False):
            with self.subTest(json=json):
                yield json

    def failure_of(self, call, *args, **options):
        with self.assertRaises(TwirpError) as caught:
            call(*args, **options)
        return caught.exception

    def test_sends_and_finds_and_a_batch_sent_twice_is_stored_once(self):
        for json in self.both():
            service = f"python-{json}"
            batch = log_service_pb2.SendLogsRequest(batch_id=new_batch_id(), service=service)
            first = batch.entries.add(message="grüße, 世界", level=entry_pb2.LEVEL_ERROR)
            nanos = time.time_ns() - 60_000_000_000
            first.time.FromNanoseconds(nanos)
            first.attributes.update({"n": 1.5, "deep": {"ok": True}, "list": ["a", None]})
            batch.entries.add(message="between two levels", level=18)
            for duplicate in (False, True):
                sent = logs(json=json).SendLogs(batch)
                self.assertEqual((sent.accepted, sent.duplicate, sent.batch_id), (2, duplicate, batch.batch_id))
                self.assertEqual(len(sent.rejected), 0)
            query = log_service_pb2.QueryRequest(query=f"service:{service}", ascending=True)
            found = logs(json=json).Query(query)
            self.assertEqual([entry.message for entry in found.entries], ["grüße, 世界", "between two levels"])
            self.assertEqual([entry.level for entry in found.entries], [entry_pb2.LEVEL_ERROR, 18])
            self.assertEqual(found.entries[0].time.ToNanoseconds(), nanos)
            attributes = dict(found.entries[0].attributes)
            self.assertEqual((attributes["n"], attributes["deep.ok"]), (1.5, True))
            self.assertEqual(found.stats.matched, 2)
            self.assertGreater(found.stats.elapsed.ToNanoseconds(), 0)
            query.query += " | stats count() as c"
            self.assertEqual(logs(json=json).Query(query).table.rows[0][0], 2)

    def test_a_failure_has_its_code_sentence_and_metadata(self):
        for json in self.both():
            error = self.failure_of(logs(json=json).Query, log_service_pb2.QueryRequest(query="level:foo"))
            self.assertEqual(error.code, "invalid_argument")
            self.assertTrue(error.msg.startswith("query: "), error.msg)
            self.assertEqual((error.meta["field"], error.meta["start"], error.meta["end"]), ("query", "6", "9"))
            error = self.failure_of(logs(json=json, token=None).Query, log_service_pb2.QueryRequest())
            self.assertEqual(error.code, "unauthenticated")

    def test_a_deadline_ends_the_call(self):
        # A login takes the time of a password's hash, more than the millisecond it is given.
        for json in self.both():
            request = auth_service_pb2.LoginRequest(email=f"python-{json}@example.org", password="not the password")
            hurried = {"Argus-Timeout-Ms": "1"}
            auth = Service(AUTH, os.environ["ARGUS_URL"], json=json, headers=hurried)
            self.assertEqual(self.failure_of(auth.Login, request).code, "deadline_exceeded")
            auth = Service(AUTH, os.environ["ARGUS_URL"], json=json)
            self.assertEqual(self.failure_of(auth.Login, request, timeout=0.001).code, "deadline_exceeded")

    def test_what_stands_between_is_told_apart(self):
        cases = [
            (502, {}, b"<p>no</p>", "unavailable", "<p>no</p>"),
            (503, {"Retry-After": "7"}, b"{}", "unavailable", "{}"),
            (404, {}, b"", "bad_route", ""),
            (429, {}, b'{"code":"unavailable","more":1}', "resource_exhausted", None),
            (302, {"Location": "/elsewhere"}, b"", "internal", None),
            (500, {}, b'{"code":"nope","msg":"m"}', "internal", None),
            (200, {"Content-Type": "text/html"}, b"<p>welcome</p>", "internal", "<p>welcome</p>"),
            (200, {"Content-Type": "application/protobuf"}, b"\n\xff", "internal", None),
        ]
        for status, headers, body, code, text in cases:
            with self.subTest(status=status, body=body), between(status, headers, body) as (url, asked):
                error = self.failure_of(Service(LOGS, url).Query, log_service_pb2.QueryRequest())
                self.assertEqual(error.code, code, error.msg)
                if text is not None:
                    self.assertEqual(error.meta["body"], text)
                    self.assertEqual(error.meta["http_error_from_intermediary"], "true")
                if "Retry-After" in headers:
                    self.assertEqual(error.retry_after, 7)
                self.assertEqual(asked, ["/twirp/argus.v1.LogService/Query"])


class between:
    """A server that is not Argus and gives one answer."""

    def __init__(self, status, headers, body):
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return f"127.0.0.1:{self.server.server_port}", self.asked

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
