// A peer that knows nothing of Sluis: it checks COSE receipts (RFC 9942) with go-cose and transparency-dev/merkle. It reads
// one base64 receipt a line from standard input and answers one line a receipt: "ok ORIGIN INDEX SIZE" or "error …".
package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/fxamacker/cbor/v2"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/veraison/go-cose"
)

const (
	vds = int64(395)
	vdp = int64(396)
)

type inclusion struct {
	_     struct{} `cbor:",toarray"`
	Size  uint64
	Index uint64
	Path  [][]byte
}

func main() {
	public, err := base64.StdEncoding.DecodeString(os.Args[1])
	if err != nil || len(public) != ed25519.PublicKeySize {
		fmt.Fprintln(os.Stderr, "usage: cosepeer KEY")
		os.Exit(2)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		receipt, err := base64.StdEncoding.DecodeString(lines.Text())
		answer := ""
		if err == nil {
			answer, err = check(ed25519.PublicKey(public), receipt)
		}
		if err != nil {
			fmt.Println("error", strconv.Quote(err.Error()))
		} else {
			fmt.Println("ok", answer)
		}
	}
}

// check verifies a receipt of inclusion against the leaf that came with it.
func check(public ed25519.PublicKey, receipt []byte) (string, error) {
	var message cose.Sign1Message
	if err := message.UnmarshalCBOR(receipt); err != nil {
		return "", err
	}
	if message.Payload != nil {
		return "", errors.New("the payload is not detached")
	}
	if message.Headers.Protected[vds] != int64(1) {
		return "", errors.New("another verifiable data structure")
	}
	claims, _ := message.Headers.Protected[cose.HeaderLabelCWTClaims].(map[any]any)
	origin, _ := claims[int64(1)].(string)
	leaf, _ := message.Headers.Unprotected["leaf"].([]byte)
	proofs, _ := message.Headers.Unprotected[vdp].(map[any]any)
	inclusions, _ := proofs[int64(-1)].([]any)
	if origin == "" || leaf == nil || len(inclusions) != 1 {
		return "", errors.New("no origin, no leaf or no single proof")
	}
	encoded, _ := inclusions[0].([]byte)
	var found inclusion
	if err := cbor.Unmarshal(encoded, &found); err != nil {
		return "", err
	}
	root, err := proof.RootFromInclusionProof(
		rfc6962.DefaultHasher, found.Index, found.Size, rfc6962.DefaultHasher.HashLeaf(leaf), found.Path)
	if err != nil {
		return "", err
	}
	message.Payload = root
	verifier, err := cose.NewVerifier(cose.AlgorithmEdDSA, public)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(origin, " ", found.Index, " ", found.Size), message.Verify(nil, verifier)
}
