#!/usr/bin/env bash
# Builds the collector of a cell from collector/, once: build-collector.sh <file to make>. It takes minutes, at the lowest priority.
set -euo pipefail
mkdir -p "$(dirname "$1")"
cd "$(dirname "${BASH_SOURCE[0]}")/collector"
GOFLAGS=-mod=readonly nice -n 19 go build -p 1 -buildvcs=false -trimpath -ldflags='-s -w' -o "$1.part" .
mv "$1.part" "$1"
