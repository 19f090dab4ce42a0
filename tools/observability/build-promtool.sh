#!/usr/bin/env bash
# Builds promtool from Prometheus's Go module, once: build-promtool.sh <file to make>. Without the service discoveries but that of DNS, which rules do
# not need, it takes a few minutes; at the lowest priority and one compilation at a time, so that nothing waits for it.
set -euo pipefail
target=$1
mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/promtool-build.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
# A compiler that is left behind would go on for minutes: end the whole group that this script leads.
trap 'trap - TERM; kill -TERM -- -$$' TERM INT
build() {
  cd "$work"
  local module
  module=$(go mod download -json github.com/prometheus/prometheus@v0.316.0 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  cp -r "$module" source
  chmod -R u+w source
  cd source
  GOWORK=off GOFLAGS=-mod=readonly nice -n 19 go build -p 1 -tags remove_all_sd,enable_dns_sd -trimpath -ldflags='-s -w' -o ../promtool ./cmd/promtool
  mv ../promtool "$target"
}
build &
wait $!
