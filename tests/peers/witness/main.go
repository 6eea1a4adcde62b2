// Peers that know nothing of Sluis: the cosignatures and policies of github.com/transparency-dev/formats, and the witness
// and the client of github.com/transparency-dev/witness.
//
// read, policy and cosign read one base64 line a case from standard input and answer one line a case. serve is a witness
// on a free port that follows the logs of the given verifier keys; it prints its address and its own keys. feed hands one
// request (base64, as the protocol writes it) after another to the witness at an address, through the client.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"

	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/witness"
	client "github.com/transparency-dev/witness/client/http"
	server "github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"
)

var strict = base64.StdEncoding.Strict()

func main() {
	if len(os.Args) < 2 {
		fail(errors.New("usage: peers read VKEY, policy FILE, cosign NAME, serve NAME VKEY…, feed URL"))
	}
	switch arguments := os.Args[2:]; os.Args[1] {
	case "read":
		each(func(signed []byte) (string, error) { return read(arguments[0], signed) })
	case "policy":
		policy, err := os.ReadFile(arguments[0])
		fail(err)
		group, err := witness.ParsePolicy(policy)
		fail(err)
		each(func(signed []byte) (string, error) { return strconv.FormatBool(group.Satisfied(signed)), nil })
	case "cosign":
		signers, vkeys := keys(arguments[0])
		fmt.Println(strings.Join(vkeys, " "))
		each(func(text []byte) (string, error) {
			signed, err := note.Sign(&note.Note{Text: string(text)}, signers...)
			return base64.StdEncoding.EncodeToString(signed), err
		})
	case "serve":
		serve(arguments[0], arguments[1:])
	case "feed":
		each(func(request []byte) (string, error) { return feed(arguments[0], request) })
	}
}

// read opens a note with one key of any kind and tells the moment that its signature carries.
func read(vkey string, signed []byte) (string, error) {
	verifier, err := fnote.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		return "", err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	moment, err := fnote.CoSigV1Timestamp(opened.Sigs[0])
	return strconv.FormatInt(moment.Unix(), 10), err
}

// keys makes a cosigner of each kind under one name.
func keys(name string) ([]note.Signer, []string) {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	fail(err)
	vkey, err = fnote.VKeyToCosignatureV1(vkey)
	fail(err)
	later, laterVkey, err := fnote.GenerateMLDSAKey(name)
	fail(err)
	ed25519, err := fnote.NewSignerForCosignatureV1(skey)
	fail(err)
	mldsa, err := fnote.NewSignerForCosignatureV1(later)
	fail(err)
	return []note.Signer{ed25519, mldsa}, []string{vkey, laterVkey}
}

func serve(name string, vkeys []string) {
	logs := map[string]note.Verifier{}
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		fail(err)
		logs[verifier.Name()] = verifier
	}
	signers, own := keys(name)
	made, err := server.New(context.Background(), server.Opts{
		Persistence: &memory{heads: map[string][]byte{}},
		Signers:     signers,
		VerifierForLog: func(_ context.Context, origin string) (note.Verifier, bool, error) {
			verifier, known := logs[origin]
			return verifier, known, nil
		},
	})
	fail(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	fmt.Println("http://"+listener.Addr().String(), strings.Join(own, " "))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", server.NewHTTPHandler(made).AddCheckpoint)
	fail(http.Serve(listener, mux))
}

// feed sends a request on and tells what the client made of the answer.
func feed(address string, request []byte) (string, error) {
	prefix, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	head, signed, found := bytes.Cut(request, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	old, err := strconv.ParseUint(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil || !found {
		return "", errors.New("not a request")
	}
	var proof [][]byte
	for _, line := range lines[1:] {
		hash, err := strict.DecodeString(line)
		if err != nil {
			return "", err
		}
		proof = append(proof, hash)
	}
	answer, size, err := client.NewWitness(prefix, http.DefaultClient).Update(context.Background(), old, signed, proof)
	if err != nil {
		return "", fmt.Errorf("%w, size %d", err, size)
	}
	return base64.StdEncoding.EncodeToString(append(signed, answer...)), nil
}

// memory keeps the heads of logs, and nothing after the process.
type memory struct {
	lock  sync.Mutex
	heads map[string][]byte
}

func (m *memory) Init(context.Context) error { return nil }

func (m *memory) Latest(_ context.Context, origin string) ([]byte, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.heads[origin], nil
}

func (m *memory) Update(_ context.Context, origin string, next func([]byte) ([]byte, error)) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	head, err := next(m.heads[origin])
	if err == nil {
		m.heads[origin] = head
	}
	return err
}

func each(answer func([]byte) (string, error)) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		input, err := strict.DecodeString(lines.Text())
		said := ""
		if err == nil {
			said, err = answer(input)
		}
		if err != nil {
			fmt.Println("error", strconv.Quote(err.Error()))
		} else {
			fmt.Println("ok", said)
		}
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
