package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"etalon/internal/verdict"
)

// evidenceFolder holds the messages, each in a file named after its digest.
const evidenceFolder = "evidence"

// MaxMessage bounds what is kept of one message, in octets: of a longer one, its beginning.
const MaxMessage = 4 << 20

// member is the name of a message's file in the store's folder; "" when the digest is none.
func member(digest string) string {
	sum, ok := strings.CutPrefix(digest, "sha256:")
	if raw, err := hex.DecodeString(sum); !ok || err != nil || len(raw) != sha256.Size || strings.ToLower(sum) != sum {
		return ""
	}
	return filepath.Join(evidenceFolder, "sha256-"+sum)
}

// keep writes a message under its digest, which it returns: a file is whole or absent whenever the program is killed.
func (s *Store) keep(raw []byte) (string, error) {
	sum := sha256.Sum256(raw)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	path := filepath.Join(s.dir, member(digest))
	if _, err := os.Stat(path); err == nil {
		return digest, nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return "", kept(err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return "", kept(errors.Join(err, os.Remove(f.Name())))
	}
	return digest, nil
}

// kept tells why a message could not be kept.
func kept(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		err = verdict.Tell("%s : %s", "%s: %s", ErrFull, err)
	}
	return verdict.Tell("un message n'a pu être gardé : %s", "keep message: %s", err)
}

// MessageFor returns a message by its digest, for whoever may see the exchanges of an owner: one that none of them carries is
// unknown to it. It returns ErrUnknown.
func (s *Store) MessageFor(ctx context.Context, owner, digest string) ([]byte, error) {
	if owner != "" {
		var one int
		err := s.reads.QueryRowContext(ctx, `SELECT 1 FROM message JOIN exchange ON exchange.id = message.exchange
			WHERE message.digest = ? AND exchange.owner IN ('', ?) LIMIT 1`, digest, owner).Scan(&one)
		if err != nil {
			return nil, fmt.Errorf("read message %.80q: %w", digest, told(err))
		}
	}
	return s.Message(digest)
}

// Message returns a message by its digest. It returns ErrUnknown for one that is not kept, or is no more.
func (s *Store) Message(digest string) ([]byte, error) {
	name := member(digest)
	if name == "" {
		return nil, fmt.Errorf("read message %.80q: %w", digest, ErrUnknown)
	}
	raw, err := os.ReadFile(filepath.Join(s.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("read message %s: %w", digest, err)
	}
	return raw, nil
}
