"""Sends two entries to Argus and reads them back."""

import os
import time

from argus.v1 import entry_pb2, log_service_pb2
from argus_twirp import Service, TwirpError, new_batch_id

logs = Service(
    log_service_pb2.DESCRIPTOR.services_by_name["LogService"],
    os.environ["ARGUS_URL"],
    token=os.environ["ARGUS_API_KEY"],
)


def send(batch, tries=6):
    """Tries until the batch is stored, or the server says that it never will be."""
    for tried in range(tries):
        try:
            return logs.SendLogs(batch)
        except TwirpError as error:
            passing = {"unavailable", "resource_exhausted", "internal", "deadline_exceeded"}
            if error.code not in passing or tried == tries - 1:
                raise
            time.sleep(error.retry_after or 0.2 * 2**tried)


batch = log_service_pb2.SendLogsRequest(
    # Made once and sent again as it is: then it is stored once, however often it is sent.
    batch_id=new_batch_id(),
    service="python-example",
    entries=[
        entry_pb2.LogEntry(level=entry_pb2.LEVEL_ERROR, message="card declined"),
        entry_pb2.LogEntry(message="retried"),
    ],
)
batch.entries[0].attributes.update({"status": 502, "user": {"id": "u1"}})
sent = send(batch)
print(f"stored {sent.accepted} entries as batch {sent.batch_id}")

found = logs.Query(log_service_pb2.QueryRequest(query="service:python-example level:error"))
for entry in found.entries:
    print(entry.time.ToJsonString(), entry_pb2.Level.Name(entry.level), entry.message)
