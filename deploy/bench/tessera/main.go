// Tessera's POSIX log on a folder: how many entries a second are durable with so many waiting. One line of JSON.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"log"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	folder := flag.String("folder", "", "an empty folder")
	waiting := flag.Int("waiting", 512, "callers that wait for their entry at any moment")
	seconds := flag.Float64("seconds", 3, "how long")
	size := flag.Int("size", 569, "bytes of an entry")
	batch := flag.Uint("batch", 512, "entries of a batch at most")
	age := flag.Duration("age", 2*time.Millisecond, "how long a batch waits for more")
	flag.Parse()

	ctx := context.Background()
	secret, _, err := note.GenerateKey(rand.Reader, "bench.localhost/tessera")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	driver, err := posix.New(ctx, posix.Config{Path: *folder})
	must(err)
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(*batch, *age).
		WithCheckpointInterval(time.Second).
		WithPushback(4096)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	must(err)

	var count atomic.Int64
	begun := time.Now()
	until := begun.Add(time.Duration(*seconds * float64(time.Second)))
	var callers sync.WaitGroup
	for range *waiting {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for time.Now().Before(until) {
				entry := make([]byte, *size)
				rand.Read(entry)
				_, err := appender.Add(ctx, tessera.NewEntry(entry))()
				must(err)
				count.Add(1)
			}
		}()
	}
	callers.Wait()
	rate := float64(count.Load()) / time.Since(begun).Seconds()
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"waiting": *waiting, "per_second": rate}))
	must(shutdown(ctx))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
