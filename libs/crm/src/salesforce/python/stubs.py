"""Makes Python's own classes of the Pub/Sub API from the proto file, in a folder that is given."""
import importlib
import sys

import grpc_tools
from grpc_tools import protoc


def stubs(proto_root, out):
    includes = [f"-I{proto_root}", f"-I{grpc_tools.__path__[0]}/_proto"]
    file = "eventbus/v1/pubsub_api.proto"
    if protoc.main(["protoc", *includes, f"--python_out={out}", f"--grpc_python_out={out}", file]) != 0:
        raise SystemExit("the proto file does not compile")
    sys.path.insert(0, out)
    name = "eventbus.v1.pubsub_api"
    return importlib.import_module(f"{name}_pb2"), importlib.import_module(f"{name}_pb2_grpc")
