package pki

import (
	"bytes"
	"crypto"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"etalon/internal/verdict"
)

// P12Password opens the *.p12 files that Save writes. They hold test keys: it hides nothing.
const P12Password = "etalon-test"

// The files of a saved Set.
const (
	indexFile = "INDEX"
	rootsFile = "roots.pem"
)

const indexHead = `# PKI de TEST d'Étalon / Etalon's TEST PKI. Ne jamais lui faire confiance en production / never trust it in production.
# À charger dans la passerelle / to load in the gateway: roots.pem
# Mot de passe des *.p12 / password of the *.p12 files: ` + P12Password + `
# Colonnes séparées par une tabulation / columns separated by a tab:
# authority	nom/name	parent	serial	certificate	key
# credential	nom/name	authority	serial	revoked	certificate chain	key	subject	until
`

// Save makes every credential that is not made yet and writes the Set to a directory: roots.pem, one
// PEM chain and one key (mode 0600) per credential under organisms/, a PKCS#12 file beside the honest
// ones, the authorities under authorities/, and INDEX, which Load reads. It refuses a directory that
// already holds a Set, since gateways trust that one.
func (s *Set) Save(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, indexFile)); !errors.Is(err, fs.ErrNotExist) {
		return verdict.Tell("%s contient déjà une PKI de TEST ; choisissez un autre dossier, ou ôtez-la", "save test PKI: %s already holds one; choose another directory or remove it", dir)
	}
	w := saver{dir: dir}
	w.index.WriteString(indexHead)
	w.write(rootsFile, s.RootsPEM(), 0o644)
	for _, plan := range authorityPlans {
		w.authority(s, plan.name)
	}
	for _, name := range s.names {
		w.credential(s, name)
	}
	w.write(indexFile, w.index.Bytes(), 0o644) // last: a directory without it is not a Set
	if w.err != nil {
		return verdict.Tell("écriture de la PKI de TEST : %s", "save test PKI: %s", w.err)
	}
	return nil
}

// saver writes files until the first error.
type saver struct {
	dir   string
	index bytes.Buffer
	err   error
}

func (w *saver) write(name string, content []byte, mode fs.FileMode) {
	if w.err != nil {
		return
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err == nil {
		w.err = os.WriteFile(path, content, mode)
	}
}

// pair writes chain and key and returns their names.
func (w *saver) pair(base string, c Credential) (chain, key string) {
	chain, key = base+".pem", base+".key"
	private, err := c.KeyPEM()
	if err != nil && w.err == nil {
		w.err = err
	}
	w.write(chain, CertificatesPEM(c.Chain), 0o644)
	w.write(key, private, 0o600)
	return chain, key
}

func (w *saver) authority(s *Set, name string) {
	s.mu.Lock()
	a := s.authorities[name]
	c, err := a.credential()
	s.mu.Unlock()
	if w.fail(err) {
		return
	}
	chain, key := w.pair("authorities/"+name, c)
	w.row("authority", name, a.parent, a.serial, chain, key)
}

func (w *saver) credential(s *Set, name string) {
	c, err := s.Credential(name)
	if w.fail(err) {
		return
	}
	base := "organisms/" + name
	chain, key := w.pair(base, c)
	if !strings.Contains(name, "~") {
		w.p12(s.rand, base, c)
	}
	e, revoked := s.entries[name], ""
	if !e.revoked.IsZero() {
		revoked = e.revoked.Format(time.RFC3339)
	}
	w.row("credential", name, e.authority, e.serial, revoked, chain, key, Subject(c.Leaf()), c.Leaf().NotAfter.Format(time.RFC3339))
}

// p12 writes the credential in the form that Java gateways load; it needs randomness.
func (w *saver) p12(rand io.Reader, base string, c Credential) {
	if rand == nil || w.err != nil {
		return
	}
	der, err := pkcs12.Modern.WithRand(rand).Encode(c.Key, c.Leaf(), c.Chain[1:], P12Password)
	if !w.fail(err) {
		w.write(base+".p12", der, 0o600)
	}
}

func (w *saver) fail(err error) bool {
	if w.err == nil {
		w.err = err
	}
	return w.err != nil
}

func (w *saver) row(fields ...string) {
	for i, f := range fields {
		if f == "" {
			fields[i] = "-"
		}
	}
	w.index.WriteString(strings.Join(fields, "\t") + "\n")
}

// Load reads what Save wrote. It reads INDEX now, and a credential when first asked for. Errors name
// the file, the line and what was expected. The clock must be set before revocation data are served.
func Load(dir string) (*Set, error) {
	path := filepath.Join(dir, indexFile)
	index, err := os.ReadFile(path)
	if err != nil {
		return nil, verdict.Tell("lecture de la PKI de TEST : %s", "load test PKI: %s", err)
	}
	s := emptySet(nil)
	s.dir = dir
	for i, line := range strings.Split(string(index), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.readRow(dir, line); err != nil {
			return nil, verdict.Tell("lecture de la PKI de TEST : %s:%d : %s", "load test PKI: %s:%d: %s", path, i+1, err)
		}
	}
	for _, plan := range authorityPlans {
		if s.authorities[plan.name] == nil {
			return nil, verdict.Tell("lecture de la PKI de TEST : %s : aucune ligne pour l'autorité %q ; le fichier est abîmé, refaites la PKI", "load test PKI: %s: no line for authority %q; the file is damaged, make the PKI again", path, plan.name)
		}
	}
	return s, nil
}

func (s *Set) readRow(dir, line string) error {
	f := strings.Split(line, "\t")
	for i := range f {
		if f[i] == "-" {
			f[i] = ""
		}
	}
	switch {
	case f[0] == "authority" && len(f) == 6:
		s.authorities[f[1]] = &authority{name: f[1], parent: f[2], serial: f[3], make: reader(dir, f[4], f[5])}
	case f[0] == "credential" && len(f) == 9:
		e := &entry{authority: f[2], serial: f[3], make: reader(dir, f[5], f[6])}
		if f[4] != "" {
			var err error
			if e.revoked, err = time.Parse(time.RFC3339, f[4]); err != nil {
				return verdict.Tell("colonne 5 %q : attendu un instant RFC 3339 ou -", "column 5 %q: want an RFC 3339 instant or -", f[4])
			}
		}
		s.names = append(s.names, f[1])
		s.entries[f[1]] = e
	default:
		return verdict.Tell("attendu une ligne « authority » de 6 colonnes ou « credential » de 9 ; trouvé %q de %d", "want a line \"authority\" of 6 columns or \"credential\" of 9, got %q of %d", f[0], len(f))
	}
	return nil
}

// reader returns a function that reads a saved chain and key, below the directory only.
func reader(dir, chain, key string) func() (Credential, error) {
	return func() (Credential, error) {
		for _, name := range []string{chain, key} {
			if !filepath.IsLocal(name) {
				return Credential{}, verdict.Tell("%q : attendu un chemin sous %s", "read %q: want a path below %s", name, dir)
			}
		}
		certs, err := LoadCertificates(filepath.Join(dir, chain))
		if err != nil {
			return Credential{}, err
		}
		var signer crypto.Signer
		if signer, err = LoadPKCS8(filepath.Join(dir, key), ""); err != nil {
			return Credential{}, err
		}
		return Credential{Key: signer, Chain: certs}, nil
	}
}

// Files are the files of a credential in the folder that Load read, its chain and its key in PEM; empty for a set that was made.
func (s *Set) Files(name string) (chain, key string) {
	if s.dir == "" {
		return "", ""
	}
	base := filepath.Join(s.dir, "organisms", filepath.FromSlash(name))
	return base + ".pem", base + ".key"
}
