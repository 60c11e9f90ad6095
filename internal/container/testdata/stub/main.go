// Command stub is what the tests run in a container made from nothing: stub serve PORT, stub die STATUS, stub idle, stub eat.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func main() {
	switch os.Args[1] {
	case "serve":
		serve(os.Args[2])
	case "die":
		for i := range 20 {
			fmt.Fprintf(os.Stderr, "reason %d \x1b[31mred\n", i)
		}
		status, _ := strconv.Atoi(os.Args[2])
		os.Exit(status)
	case "idle":
		fmt.Println("idle for ever")
		<-time.NewTimer(time.Hour).C
	case "eat":
		var eaten [][]byte
		for {
			block := make([]byte, 1<<20)
			for i := range block {
				block[i] = byte(i)
			}
			eaten = append(eaten, block)
		}
	}
}

// serve answers what it is asked: its environment, a file, a URL called for the asker.
func serve(port string) {
	_ = os.WriteFile("/made.pem", []byte("made in the container\n"), 0o600)
	_ = os.WriteFile("/large.bin", make([]byte, 5<<20), 0o600)
	if dir := os.Getenv("SHARED"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, "traces.jsonl"), []byte("{}\n"), 0o644)
	}
	http.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/sick", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	http.HandleFunc("/end", func(http.ResponseWriter, *http.Request) { fmt.Println("told to end"); os.Exit(7) })
	http.HandleFunc("/environment", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, os.Getenv(r.URL.Query().Get("name"))) })
	http.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		raw, err := os.ReadFile(r.URL.Query().Get("name"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		_, _ = w.Write(raw)
	})
	http.HandleFunc("/call", func(w http.ResponseWriter, r *http.Request) {
		client := &http.Client{Timeout: 5 * time.Second}
		answer, err := client.Get(r.URL.Query().Get("url"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	})
	fmt.Println("listening on", port)
	fmt.Fprintln(os.Stderr, http.ListenAndServe(":"+port, nil))
	os.Exit(1)
}
