"""Generates the code of the interface from the repository's proto/ when the package is built."""

from pathlib import Path

from grpc_tools import protoc
from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent.resolve()
PROTO = HERE.parent.parent / "proto"


def generate(target: Path) -> None:
    """Writes ingest_pb2.py and ingest_pb2_grpc.py below `target`."""
    import grpc_tools

    well_known = Path(grpc_tools.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{PROTO}", f"-I{well_known}", f"--python_out={target}", f"--grpc_python_out={target}"]
    if protoc.main([*arguments, "bailiwick/ingest/v1/ingest.proto"]) != 0:
        raise SystemExit("no code could be generated of proto/bailiwick/ingest")


class Build(build_py):
    def run(self) -> None:
        super().run()
        generate(Path(self.build_lib))


if __name__ == "__main__":
    setup(cmdclass={"build_py": Build})
