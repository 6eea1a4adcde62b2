package main

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder reads the tiles of an export: Go's own paths name the height too, those of tlog-tiles do not.
type folder string

func (f folder) Height() int                         { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// exported proves every record of an export, and every smaller tree of it, from its tiles alone, and checks each proof.
func exported(vkey string, path []byte) (string, error) {
	dir := folder(path)
	signed, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := open(vkey, signed)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, dir)
	for start := int64(0); start < tree.N; start += 1 << height {
		records, err := dir.records(start, min(1<<height, tree.N-start))
		if err != nil {
			return "", err
		}
		for at, record := range records {
			index := start + int64(at)
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			if err != nil {
				return "", err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(record)); err != nil {
				return "", err
			}
			older, err := tlog.TreeHash(index+1, reader)
			if err != nil {
				return "", err
			}
			grown, err := tlog.ProveTree(tree.N, index+1, reader)
			if err != nil {
				return "", err
			}
			if err := tlog.CheckTree(grown, tree.N, tree.Hash, index+1, older); err != nil {
				return "", err
			}
		}
	}
	return strconv.FormatInt(tree.N, 10), nil
}

// records takes the bundle apart that begins at a record.
func (f folder) records(start, width int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: start >> height, W: int(width)}
	name := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	bundle, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("a bundle that ends too soon")
		}
		size := 2 + int(binary.BigEndian.Uint16(bundle))
		all = append(all, bundle[2:size])
		bundle = bundle[size:]
	}
	if int64(len(all)) != width {
		return nil, errors.New("a bundle of another width")
	}
	return all, nil
}
