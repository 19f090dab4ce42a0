package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is the height of the tree that a tile of C2SP tlog-tiles spans.
const tileHeight = 8

// leafHashes are the leaf hashes of a bundle of entries, for Tessera's fsck.
func leafHashes(raw []byte) ([][]byte, error) {
	bundle := &api.EntryBundle{}
	if err := bundle.UnmarshalText(raw); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(bundle.Entries))
	for _, entry := range bundle.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

// stored are the hashes of a tree that golang.org/x/mod/sumdb/tlog keeps, in its order.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, 0, len(indexes))
	for _, index := range indexes {
		hashes = append(hashes, s[index])
	}
	return hashes, nil
}

// compareTiles makes the whole tree anew from the entries and compares every tile with the log's.
func compareTiles(ctx context.Context, fetcher fsck.Fetcher, log *Answers) (int, error) {
	var tree stored
	for at := int64(0); at < log.Size; {
		raw, err := fetcher.ReadEntryBundle(ctx, uint64(at>>tileHeight), uint8(min(256, log.Size-at)%256))
		if err != nil {
			return 0, err
		}
		bundle := &api.EntryBundle{}
		if err := bundle.UnmarshalText(raw); err != nil {
			return 0, err
		}
		for _, entry := range bundle.Entries {
			hashes, err := tlog.StoredHashes(at, entry, tree)
			if err != nil {
				return 0, err
			}
			tree = append(tree, hashes...)
			at++
		}
	}
	root, err := tlog.TreeHash(log.Size, tree)
	if err != nil {
		return 0, err
	}
	if root != log.Root {
		return 0, fmt.Errorf("the entries make root %v, the checkpoint says %v", root, log.Root)
	}
	tiles := tlog.NewTiles(tileHeight, 0, log.Size)
	for _, tile := range tiles {
		made, err := tlog.ReadTileData(tile, tree)
		if err != nil {
			return 0, err
		}
		served, err := readTile(ctx, fetcher, tile)
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(made, served) {
			return 0, fmt.Errorf("tile %v differs", tile)
		}
	}
	return len(tiles), nil
}

func readTile(ctx context.Context, fetcher fsck.Fetcher, tile tlog.Tile) ([]byte, error) {
	return fetcher.ReadTile(ctx, uint64(tile.L), uint64(tile.N), uint8(tile.W%256))
}

// tiles reads the log's tiles for golang.org/x/mod/sumdb/tlog, which checks each of them against the root.
type tiles struct {
	ctx     context.Context
	fetcher fsck.Fetcher
}

func (t tiles) Height() int { return tileHeight }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, 0, len(wanted))
	for _, tile := range wanted {
		read, err := readTile(t.ctx, t.fetcher, tile)
		if err != nil {
			return nil, err
		}
		data = append(data, read)
	}
	return data, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkProofs verifies the proofs of the questions, and puts Go's own in their place.
func checkProofs(ctx context.Context, fetcher fsck.Fetcher, log *Answers) error {
	reader := tlog.TileHashReader(tlog.Tree{N: log.Size, Hash: log.Root}, tiles{ctx, fetcher})
	for n, asked := range log.Inclusion {
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, asked.Index)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(asked.Proof, log.Size, log.Root, asked.Index, leaf[0]); err != nil {
			return fmt.Errorf("entry %d: %w", asked.Index, err)
		}
		if log.Inclusion[n].Proof, err = tlog.ProveRecord(log.Size, asked.Index, reader); err != nil {
			return err
		}
	}
	for n, asked := range log.Consistency {
		err := tlog.CheckTree(asked.Proof, log.Size, log.Root, asked.Older, asked.Root)
		if err != nil {
			return fmt.Errorf("older size %d: %w", asked.Older, err)
		}
		if log.Consistency[n].Proof, err = tlog.ProveTree(log.Size, asked.Older, reader); err != nil {
			return err
		}
	}
	return nil
}
