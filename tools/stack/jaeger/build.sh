#!/usr/bin/env bash
# Builds Jaeger from its Go module, once: build.sh <file to make>. The release 1.76.0 carries version 2.13.0 of the
# program as cmd/jaeger. It takes minutes, so it runs at the lowest priority and one compilation at a time.
set -euo pipefail
target=$1
work=$(mktemp -d "$(dirname "$target")/jaeger-build.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
# A compiler that is left behind would go on for minutes: end the whole group that this script leads.
trap 'trap - TERM; kill -TERM -- -$$' TERM INT
build() {
  cd "$work"
  local module
  module=$(go mod download -json github.com/jaegertracing/jaeger@v1.76.0 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  cp -r "$module" source
  chmod -R u+w source
  cd source
  GOFLAGS=-mod=readonly go build -p 1 -trimpath -ldflags='-s -w' -o ../jaeger ./cmd/jaeger
  mv ../jaeger "$target"
}
build &
wait $!
