// A peer that knows nothing of Sluis: it reads receipts and consistency proofs with golang.org/x/mod alone, and signs
// notes. Each command reads one base64 line a case from standard input and answers one line a case.
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var strict = base64.StdEncoding.Strict()

func main() {
	commands := map[string]func(string, []byte) (string, error){
		"receipt": receipt, "checkpoint": checkpoint, "grown": grown, "sign": sign,
		"exported": exported,
	}
	if len(os.Args) != 3 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: peers receipt|checkpoint|grown|exported VKEY, peers sign NAME")
		os.Exit(2)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		input, err := strict.DecodeString(lines.Text())
		answer := ""
		if err == nil {
			answer, err = commands[os.Args[1]](os.Args[2], input)
		}
		if err != nil {
			fmt.Println("error", strconv.Quote(err.Error()))
		} else {
			fmt.Println("ok", answer)
		}
	}
}

// open verifies a signed checkpoint and returns its tree.
func open(vkey string, signed []byte) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := hash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkpoint(vkey string, signed []byte) (string, error) {
	tree, err := open(vkey, signed)
	return strconv.FormatInt(tree.N, 10), err
}

// receipt checks a tlog-proof: the record in its extra line, its index, its hashes, its checkpoint.
func receipt(vkey string, file []byte) (string, error) {
	head, signed, found := bytes.Cut(file, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("not a tlog-proof")
	}
	extra, isExtra := strings.CutPrefix(lines[1], "extra ")
	place, isIndex := strings.CutPrefix(lines[2], "index ")
	if !isExtra || !isIndex {
		return "", errors.New("no extra or no index")
	}
	record, err := strict.DecodeString(extra)
	if err != nil {
		return "", err
	}
	index, err := strconv.ParseInt(place, 10, 64)
	if err != nil {
		return "", err
	}
	proof, err := hashes(lines[3:])
	if err != nil {
		return "", err
	}
	tree, err := open(vkey, signed)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(index, 10), tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(record))
}

// grown checks that a newer checkpoint only added to an older one: the two notes and the proof, after a form feed each.
func grown(vkey string, input []byte) (string, error) {
	parts := bytes.Split(input, []byte("\f"))
	if len(parts) != 3 {
		return "", errors.New("three parts")
	}
	older, err := open(vkey, parts[0])
	if err != nil {
		return "", err
	}
	newer, err := open(vkey, parts[1])
	if err != nil {
		return "", err
	}
	proof, err := hashes(strings.Fields(string(parts[2])))
	if err != nil {
		return "", err
	}
	return "", tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash)
}

// sign signs a text under a new key of that name: the verifier key and the note in base64.
func sign(name string, text []byte) (string, error) {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	return vkey + " " + base64.StdEncoding.EncodeToString(signed), err
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, line := range lines {
		one, err := hash(line)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func hash(line string) (tlog.Hash, error) {
	var one tlog.Hash
	data, err := strict.DecodeString(line)
	if err == nil && len(data) != tlog.HashSize {
		err = errors.New("not a hash")
	}
	copy(one[:], data)
	return one, err
}
