// Answers what BuildKit sends of a folder: reads cases from its input, a JSON object a line, and writes an answer for each.
// It does what BuildKit's frontend does with the ignore file (frontend/dockerui/config.go) and what its client does with the patterns then
// (session/filesync/filesync.go), by the same two modules. Called by record.mjs.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
)

type request struct {
	// Paths; one that ends in a slash is an empty folder.
	Tree   []string `json:"tree"`
	Ignore string   `json:"ignore"`
}

type answer struct {
	// What is sent, in BuildKit's order; folders end in a slash.
	Sent  []string `json:"sent"`
	Error string   `json:"error"`
}

func main() {
	made := map[string]string{}
	input, output := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for {
		var asked request
		if err := input.Decode(&asked); err == io.EOF {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		key := strings.Join(asked.Tree, "\x00")
		if made[key] == "" {
			made[key] = makeTree(asked.Tree)
			defer os.RemoveAll(made[key])
		}
		sent, err := walk(made[key], asked.Ignore)
		given := answer{Sent: sent}
		if err != nil {
			given = answer{Error: strings.ReplaceAll(err.Error(), made[key], "")}
		}
		if err := output.Encode(given); err != nil {
			log.Fatal(err)
		}
	}
}

func makeTree(paths []string) string {
	root, err := os.MkdirTemp("", "ignore-oracle-")
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range paths {
		file := filepath.Join(root, path)
		folder := filepath.Dir(file)
		if strings.HasSuffix(path, "/") {
			folder = file
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			log.Fatal(err)
		}
		if folder == file {
			continue
		}
		if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	return root
}

func walk(root, ignore string) ([]string, error) {
	patterns, err := ignorefile.ReadAll(bytes.NewBufferString(ignore))
	if err != nil {
		return nil, err
	}
	folder, err := fsutil.NewFS(root)
	if err != nil {
		return nil, err
	}
	filtered, err := fsutil.NewFilterFS(folder, &fsutil.FilterOpt{ExcludePatterns: patterns})
	if err != nil {
		return nil, err
	}
	sent := []string{}
	err = filtered.Walk(context.Background(), "", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			path += "/"
		}
		sent = append(sent, path)
		return nil
	})
	return sent, err
}
