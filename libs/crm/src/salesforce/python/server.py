"""Serves a topic with grpcio and fastavro, and prints its port: a server that is none of ours."""
import io
import json
import struct
import sys
from concurrent import futures

import fastavro
import grpc

from stubs import stubs

proto_root, out, certificate, key, schema_file, count = sys.argv[1:]
pb, rpc = stubs(proto_root, out)
with open(schema_file) as file:
    schema_json = file.read()
schema = fastavro.parse_schema(json.loads(schema_json))


def event(n):
    header = {
        "entityName": "Case", "recordIds": [f"500{n:012d}"], "changeType": "UPDATE", "changeOrigin": "",
        "transactionKey": f"tx-{n // 7}", "sequenceNumber": n % 7 + 1, "commitTimestamp": 1790000000000 + n,
        "commitNumber": n, "commitUser": "005", "nulledFields": ["0x04"], "diffFields": [], "changedFields": ["0x06", "3-0x02"],
    }
    name = {"FirstName": None, "LastName": f"Öz {n}"}
    value = {"ChangeEventHeader": header, "Subject": f"s{n}", "Description": None, "Name": name, "Amount": None}
    payload = io.BytesIO()
    fastavro.schemaless_writer(payload, schema, value)
    made = pb.ProducerEvent(id=f"py-{n}", schema_id="py", payload=payload.getvalue())
    return pb.ConsumerEvent(event=made, replay_id=struct.pack(">q", n))


class Server(rpc.PubSubServicer):
    def GetSchema(self, request, context):
        return pb.SchemaInfo(schema_json=schema_json, schema_id=request.schema_id)

    def Subscribe(self, requests, context):
        at = None
        for request in requests:
            if at is None:
                at = struct.unpack(">q", request.replay_id)[0] + 1 if request.replay_preset == pb.ReplayPreset.CUSTOM else 0
            elif request.replay_id or request.replay_preset:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a position on a later request")
            if not 0 < request.num_requested <= 100:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "more than may be asked for")
            end = min(int(count), at + request.num_requested)
            while at < end:
                some = [event(n) for n in range(at, min(end, at + 9))]
                at += len(some)
                yield pb.FetchResponse(events=some, latest_replay_id=some[-1].replay_id)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
rpc.add_PubSubServicer_to_server(Server(), server)
with open(key, "rb") as k, open(certificate, "rb") as c:
    tls = grpc.ssl_server_credentials([(k.read(), c.read())])
print(server.add_secure_port("127.0.0.1:0", tls), flush=True)
server.start()
sys.stdin.read()
server.stop(0)
