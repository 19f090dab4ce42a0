"""Subscribes with grpcio and fastavro, and prints the events as JSON lines: a client that is none of ours."""
import io
import json
import queue
import sys

import fastavro
import grpc

from stubs import stubs

proto_root, out, address, ca, token, org, topic, count = sys.argv[1:]
pb, rpc = stubs(proto_root, out)
with open(ca, "rb") as file:
    tls = grpc.ssl_channel_credentials(file.read())
client = rpc.PubSubStub(grpc.secure_channel(address, tls))
metadata = (("accesstoken", token), ("instanceurl", "https://crm.example"), ("tenantid", org))
left = int(count)
asked = queue.Queue()
asked.put(pb.FetchRequest(topic_name=topic, replay_preset=pb.ReplayPreset.EARLIEST, num_requested=min(left, 10)))
schemas = {}
for answer in client.Subscribe(iter(asked.get, None), metadata=metadata):
    for received in answer.events:
        event = received.event
        if event.schema_id not in schemas:
            asked_for = pb.SchemaRequest(schema_id=event.schema_id)
            schema = client.GetSchema(asked_for, metadata=metadata).schema_json
            schemas[event.schema_id] = fastavro.parse_schema(json.loads(schema))
        value = fastavro.schemaless_reader(io.BytesIO(event.payload), schemas[event.schema_id])
        print(json.dumps({"id": event.id, "value": value}))
        left -= 1
    if left <= 0:
        break
    if answer.events:
        asked.put(pb.FetchRequest(topic_name=topic, num_requested=min(left, len(answer.events))))
asked.put(None)

try:
    client.GetTopic(pb.TopicRequest(topic_name="/event/None__e"), metadata=metadata)
except grpc.RpcError as error:
    print(json.dumps({"trailers": dict(error.trailing_metadata())["error-code"], "code": error.code().name}))
