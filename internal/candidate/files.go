package candidate

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// strict decodes JSON without unknown keys.
func strict(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// resolve makes a path absolute. A relative one stays within the candidate's folder; an absolute one is
// the user's own choice on its own machine.
func (l *loading) resolve(name string, key ...string) (string, bool) {
	switch {
	case l.escapes(name, key...):
		return "", false
	case strings.ContainsRune(name, 0):
		l.report(trouble{say("un nom de fichier", "a file name"), say("Retirez le caractère nul.", "Remove the null character.")}, key...)
		return "", false
	case filepath.IsAbs(name):
		return filepath.Clean(name), true
	case !filepath.IsLocal(name):
		l.report(trouble{say("un chemin dans le dossier du candidat, ou un chemin absolu", "a path within the candidate's folder, or an absolute one"),
			say("Un chemin relatif ne remonte pas : placez le fichier à côté du candidat, ou donnez son chemin complet.",
				"A relative path does not climb: place the file beside the candidate, or give its full path.")}, key...)
		return "", false
	}
	return filepath.Join(l.folder, name), true
}

// file reads a file that the candidate names, and counts it in the digest.
func (l *loading) file(name string, key ...string) (path string, raw []byte) {
	return l.fileOf(maxBytes, name, key...)
}

// fileOf is file, for one of at most so many octets.
func (l *loading) fileOf(most int, name string, key ...string) (path string, raw []byte) {
	path, ok := l.resolve(name, key...)
	if !ok {
		return "", nil
	}
	if l.awaited(path) {
		return path, nil
	}
	raw, err := readLimited(path, most)
	if err != nil {
		l.report(unreadable(err), key...)
		return path, nil
	}
	l.digests[keyPath(key)] = digestOf(raw)
	return path, raw
}

func digestOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// digest covers the candidate file and those that it names, each under its key.
func (l *loading) digest() string {
	var b strings.Builder
	fmt.Fprintf(&b, "candidate %s\n", digestOf(l.raw))
	for _, key := range slices.Sorted(maps.Keys(l.digests)) {
		fmt.Fprintf(&b, "%s %s\n", key, l.digests[key])
	}
	return "sha256:" + digestOf([]byte(b.String()))
}

// pki reads the candidate's own authorities and pairs.
func (l *loading) pki(p *PKI) {
	if p.Dir != "" {
		if path, ok := l.resolve(p.Dir, "pki", "dir"); ok {
			p.Dir = path
			info, err := os.Stat(path)
			if err == nil && !info.IsDir() || err != nil && !errors.Is(err, fs.ErrNotExist) {
				l.report(trouble{say("un dossier", "a folder"), say("Donnez un dossier, qui sera créé s'il n'existe pas.", "Give a folder, which is created when it does not exist.")}, "pki", "dir")
			}
		}
	}
	if p.Trust != "" {
		var raw []byte
		if p.Trust, raw = l.file(p.Trust, "pki", "trust"); raw != nil {
			p.Roots = l.certificates(raw, "pki", "trust")
		}
	}
	for key, pair := range map[string]*Pair{"client": p.Client, "provider": p.Provider, "signature": p.Signature} {
		if pair != nil {
			l.pair(pair, "pki", key)
		}
	}
}

// certificates reads the certificates of a PEM file, which must hold one at least.
func (l *loading) certificates(raw []byte, key ...string) (out []*x509.Certificate) {
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			l.report(trouble{say("des certificats X.509", "X.509 certificates"),
				say("Le certificat n° %d du fichier est illisible (%v).", "Certificate no. %d of the file cannot be read (%v).", len(out)+1, err)}, key...)
			return nil
		}
		out = append(out, certificate)
	}
	if len(out) == 0 {
		l.report(trouble{say("un fichier PEM de certificats", "a PEM file of certificates"),
			say("Le fichier n'en contient aucun (« BEGIN CERTIFICATE ») ; un DER se convertit par openssl x509 -inform der.",
				"The file holds none (“BEGIN CERTIFICATE”); a DER one is converted by openssl x509 -inform der.")}, key...)
	}
	return out
}

// pair reads a certificate and its key, which must belong together.
func (l *loading) pair(p *Pair, at ...string) {
	atCertificate, atKey := append(slices.Clip(at), "certificate"), append(slices.Clip(at), "key")
	var certificate, key []byte
	p.Certificate, certificate = l.file(p.Certificate, atCertificate...)
	p.Key, key = l.file(p.Key, atKey...)
	delete(l.digests, keyPath(atKey))
	if certificate == nil || key == nil || l.certificates(certificate, atCertificate...) == nil {
		return
	}
	var err error
	if p.TLS, err = tls.X509KeyPair(certificate, key); err == nil {
		return
	}
	remedy := say("La clé est illisible : donnez une clé PEM non chiffrée (openssl pkey -in … -out …).", "The key cannot be read: give an unencrypted PEM key (openssl pkey -in … -out …).")
	if strings.Contains(err.Error(), "does not match") {
		remedy = say("Elle ne va pas avec ce certificat : donnez la paire d'origine, le certificat avant sa chaîne.", "It does not go with this certificate: give the original pair, the certificate before its chain.")
	}
	l.report(trouble{say("la clé privée du certificat", "the private key of the certificate"), remedy}, atKey...)
}

// body reads the XML of a Body's first element.
func (l *loading) body(name string, key ...string) (path string, raw []byte) {
	path, raw = l.file(name, key...)
	if raw == nil {
		return path, nil
	}
	want := say("un fichier XML : le premier élément du Body, avec %s", "an XML file: the first element of the Body, with %s", MarkerPlace)
	root, err := rootElement(raw)
	switch {
	case err != nil:
		l.report(trouble{want, say("Le XML est mal formé (%v).", "The XML is malformed (%v).", err)}, key...)
	case root == "Envelope" || root == "Body":
		l.report(trouble{want, say("Retirez l'élément %s : le banc fait l'enveloppe.", "Remove the element %s: the harness makes the envelope.", root)}, key...)
	case !bytes.Contains(raw, []byte(MarkerPlace)):
		l.report(trouble{want, say("Ajoutez %s là où un texte libre est permis : il distingue chaque appel.", "Add %s where free text is allowed: it tells calls apart.", MarkerPlace)}, key...)
	}
	return path, raw
}

// rootElement reads a whole XML document without DTD and returns the local name of its root.
func rootElement(raw []byte) (root string, err error) {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for depth := 0; ; {
		token, err := decoder.Token()
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 && root != "" {
				return "", errors.New("two roots")
			}
			if root == "" {
				root = t.Name.Local
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.Directive:
			return "", errors.New("DTD not allowed")
		}
		if errors.Is(err, io.EOF) && root != "" {
			return root, nil
		}
		if err != nil {
			return "", err
		}
	}
}
