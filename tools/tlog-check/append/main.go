// Command append measures how fast Tessera's POSIX driver makes a log of the entries of one that is there: the same
// bytes in the same order, in a new folder, with a checkpoint a second.
//
//	append -from <folder of a log> -to <new folder> [-batch <entries>]
//
// It answers with figures in JSON, and exits 1 with a sentence when the new log has not the root of the old one.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	f_log "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

const (
	origin             = "bench.bailiwick.local/tessera"
	checkpointInterval = time.Second
	// pollInterval is how often the end looks for the checkpoint, as often as the benchmark looks at lineage.
	pollInterval = 20 * time.Millisecond
)

// Figures are what appending took.
type Figures struct {
	Entries int `json:"entries"`
	// IntegratedSeconds is until every entry and tile was durable and Tessera had given every entry its index.
	IntegratedSeconds float64 `json:"integratedSeconds"`
	// PublishedSeconds is until a signed checkpoint covered all of them, too.
	PublishedSeconds float64 `json:"publishedSeconds"`
}

func main() {
	from := flag.String("from", "", "folder of the log whose entries are appended")
	to := flag.String("to", "", "folder of the new log")
	batch := flag.Uint("batch", tessera.DefaultBatchMaxSize, "most entries that Tessera integrates at once")
	flag.Parse()
	figures, err := measure(context.Background(), *from, *to, *batch)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(figures)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, from, to string, batch uint) (*Figures, error) {
	entries, head, err := readLog(ctx, client.FileFetcher{Root: from})
	if err != nil {
		return nil, fmt.Errorf("log in %s: %w", from, err)
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	signer, signerErr := note.NewSigner(skey)
	verifier, verifierErr := note.NewVerifier(vkey)
	driver, driverErr := posix.New(ctx, posix.Config{Path: to})
	if err := errors.Join(signerErr, verifierErr, driverErr); err != nil {
		return nil, err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(batch, tessera.DefaultBatchMaxAge).
		WithCheckpointInterval(checkpointInterval)
	appender, _, log, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return nil, err
	}
	figures, raw, err := appendAll(ctx, appender, log, entries)
	if err != nil {
		return nil, err
	}
	made, _, _, err := f_log.ParseCheckpoint(raw, origin, verifier)
	if err != nil {
		return nil, fmt.Errorf("Tessera's checkpoint: %w", err)
	}
	if made.Size != head.Size || !bytes.Equal(made.Hash, head.Hash) {
		return nil, fmt.Errorf("Tessera's log of %d entries has not the root of the one of %d", made.Size, head.Size)
	}
	return figures, nil
}

// appendAll appends entries one after another. Tessera's queue holds up whoever adds while one batch waits behind the
// one that is written, so no more than three are in memory.
func appendAll(ctx context.Context, appender *tessera.Appender, log tessera.LogReader, entries [][]byte) (*Figures, []byte, error) {
	awaiter := tessera.NewPublicationAwaiter(ctx, log.ReadCheckpoint, pollInterval)
	futures := make([]tessera.IndexFuture, 0, len(entries))
	started := time.Now()
	for _, entry := range entries {
		futures = append(futures, appender.Add(ctx, tessera.NewEntry(entry)))
	}
	for _, future := range futures {
		if _, err := future(); err != nil {
			return nil, nil, fmt.Errorf("append: %w", err)
		}
	}
	integrated := time.Since(started)
	_, raw, err := awaiter.Await(ctx, futures[len(futures)-1])
	if err != nil {
		return nil, nil, fmt.Errorf("publication: %w", err)
	}
	published := time.Since(started)
	return &Figures{len(entries), integrated.Seconds(), published.Seconds()}, raw, nil
}

// readLog reads all entries of a log, and its checkpoint without looking at who signed it.
func readLog(ctx context.Context, log client.FileFetcher) ([][]byte, *f_log.Checkpoint, error) {
	raw, err := log.ReadCheckpoint(ctx)
	if err != nil {
		return nil, nil, err
	}
	head := &f_log.Checkpoint{}
	if _, err := head.Unmarshal(raw); err != nil {
		return nil, nil, err
	}
	if head.Size == 0 {
		return nil, nil, errors.New("it has no entries")
	}
	entries := make([][]byte, 0, head.Size)
	for part := range layout.Range(0, head.Size, head.Size) {
		raw, err := log.ReadEntryBundle(ctx, part.Index, part.Partial)
		if err != nil {
			return nil, nil, err
		}
		bundle := &api.EntryBundle{}
		if err := bundle.UnmarshalText(raw); err != nil {
			return nil, nil, err
		}
		entries = append(entries, bundle.Entries...)
	}
	return entries, head, nil
}
