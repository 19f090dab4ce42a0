"""BAILIWICK_INGEST=127.0.0.1:9091 BAILIWICK_CA=ca.pem BAILIWICK_TOKEN=… python send.py"""

import os
from pathlib import Path

from bailiwick import RecordSender

sender = RecordSender(
    os.environ["BAILIWICK_INGEST"],
    token=lambda: os.environ["BAILIWICK_TOKEN"],
    ca=Path(os.environ["BAILIWICK_CA"]).read_bytes(),
    resume_token=os.environ.get("BAILIWICK_RESUME", ""),
)
cases = ["Charged twice", "Where is my parcel?"]
sent = [
    sender.send(source="/my-crm/cases", id=f"example-py-{n}", object="Case", record_id=f"500P{n}", fields={"Subject": subject})
    for n, subject in enumerate(cases)
]
for answer in sent:
    print(answer.result(timeout=60))
sender.close()
print("go on with", sender.resume_token)
