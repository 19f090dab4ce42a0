// Command tlog-check checks a log with Go's own packages (golang.org/x/mod/sumdb) and with Tessera's fsck, unchanged.
// It shares nothing with libs/tlog, so that what the two agree on is the specifications and not a habit.
//
//	tlog-check -log <folder or URL> -key <vkey> [-witness <vkey>]... < questions.json > answers.json
//
// It exits 1 with a sentence when anything does not hold.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	f_log "github.com/transparency-dev/formats/log"
	f_note "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"k8s.io/klog/v2"
)

// Inclusion is a proof that an entry is in the log.
type Inclusion struct {
	Index int64            `json:"index"`
	Proof tlog.RecordProof `json:"proof"`
}

// Consistency is a proof that the log of an older size was the beginning of this one.
type Consistency struct {
	Older int64          `json:"older"`
	Root  tlog.Hash      `json:"root"`
	Proof tlog.TreeProof `json:"proof"`
}

// Questions are proofs that somebody else made; Go verifies them, and makes its own of the same statements.
type Questions struct {
	Inclusion   []Inclusion   `json:"inclusion"`
	Consistency []Consistency `json:"consistency"`
}

// Answers are what Go found.
type Answers struct {
	Size int64     `json:"size"`
	Root tlog.Hash `json:"root"`
	// Signers are the names of the keys whose signatures golang.org/x/mod/sumdb/note verified.
	Signers []string `json:"signers"`
	// Times are when the witnesses among them cosigned, in seconds since the epoch.
	Times []int64 `json:"times"`
	// Tiles counts the tiles of hashes that Go made from the entries, each equal to the log's byte for byte.
	Tiles int `json:"tiles"`
	Questions
}

type witnessKeys []string

func (w *witnessKeys) String() string { return strings.Join(*w, " ") }
func (w *witnessKeys) Set(key string) error {
	*w = append(*w, key)
	return nil
}

func main() {
	var witnesses witnessKeys
	log := flag.String("log", "", "folder or URL of the log")
	key := flag.String("key", "", "verifier key of the log; its name is the origin")
	flag.Var(&witnesses, "witness", "verifier key of a witness; may be repeated")
	flag.Parse()
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	answers, err := check(context.Background(), *log, *key, witnesses)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(answers)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(ctx context.Context, log, key string, witnesses []string) (*Answers, error) {
	fetcher, err := fetcherOf(log)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("key of the log: %w", err)
	}
	answers, err := openCheckpoint(ctx, fetcher, verifier, witnesses)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if err := checkFiles(ctx, fetcher, verifier, answers); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(os.Stdin).Decode(&answers.Questions); err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	if err := checkProofs(ctx, fetcher, answers); err != nil {
		return nil, fmt.Errorf("proofs: %w", err)
	}
	return answers, nil
}

// checkFiles lets Tessera's fsck and golang.org/x/mod/sumdb/tlog each check all files.
//
// A worker of Tessera's fsck (1.0.4) ends at the first wrong tile, and when all have ended, fsck waits for ever. So it
// gets a moment to say what it found once the other check has failed, and no more.
func checkFiles(ctx context.Context, fetcher fsck.Fetcher, verifier note.Verifier, answers *Answers) error {
	fsckDone := make(chan error, 1)
	go func() {
		fsckDone <- fsck.New(verifier.Name(), verifier, fetcher, leafHashes, fsck.Opts{N: 16}).Check(ctx)
	}()
	var err error
	if answers.Tiles, err = compareTiles(ctx, fetcher, answers); err != nil {
		select {
		case found := <-fsckDone:
			return fmt.Errorf("Tessera's fsck: %v; tlog: %w", found, err)
		case <-time.After(2 * time.Second):
			return fmt.Errorf("Tessera's fsck does not end; tlog: %w", err)
		}
	}
	if err := <-fsckDone; err != nil {
		return fmt.Errorf("Tessera's fsck: %w", err)
	}
	return nil
}

func fetcherOf(log string) (fsck.Fetcher, error) {
	if !strings.HasPrefix(log, "http://") && !strings.HasPrefix(log, "https://") {
		return client.FileFetcher{Root: log}, nil
	}
	root, err := url.Parse(log)
	if err != nil {
		return nil, err
	}
	return client.NewHTTPFetcher(root, nil)
}

func openCheckpoint(ctx context.Context, fetcher fsck.Fetcher, verifier note.Verifier, witnesses []string) (*Answers, error) {
	raw, err := fetcher.ReadCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	cosigners := make(map[string]bool)
	var others []note.Verifier
	for _, key := range witnesses {
		witness, err := f_note.NewVerifierForCosignatureV1(key)
		if err != nil {
			return nil, err
		}
		cosigners[witness.Name()] = true
		others = append(others, witness)
	}
	checkpoint, _, opened, err := f_log.ParseCheckpoint(raw, verifier.Name(), verifier, others...)
	if err != nil {
		return nil, err
	}
	answers := &Answers{Size: int64(checkpoint.Size), Root: tlog.Hash(checkpoint.Hash), Times: []int64{}}
	for _, signature := range opened.Sigs {
		answers.Signers = append(answers.Signers, signature.Name)
		if cosigners[signature.Name] {
			time, err := f_note.CoSigV1Timestamp(signature)
			if err != nil {
				return nil, err
			}
			answers.Times = append(answers.Times, time.Unix())
		}
	}
	return answers, nil
}
