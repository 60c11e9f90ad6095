package mta

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/mssante"
)

// listPolicy is how an operator reads the white list; the zero value of a field is honest, but for those that honestList
// fills.
type listPolicy struct {
	// once reads the list when the operator starts, and never again.
	once bool
	// later is how long the list is not read once it was asked for, and held how long it is not in force once it was read.
	later, held time.Duration
	// anyCertificate takes the list from any server.
	anyCertificate bool
	// overlooks are the rules of a list that are not looked at.
	overlooks []string
	// prepares changes the file before it is read.
	prepares func(ctx context.Context, raw []byte) []byte
	// forgets tells whether the list in force is given up for that reason.
	forgets func(error) bool
	// merges makes the list in force of the last one and a new one.
	merges func(old, fresh mssante.WhiteList) mssante.WhiteList
	// finds returns the entries of a domain.
	finds func(list mssante.WhiteList, domain string) []mssante.ListedDomain
}

func honestList() listPolicy {
	return listPolicy{
		prepares: func(_ context.Context, raw []byte) []byte { return raw },
		forgets:  func(error) bool { return false },
		merges:   func(_, fresh mssante.WhiteList) mssante.WhiteList { return fresh },
		finds:    mssante.WhiteList.Entries,
	}
}

// overlooking has the reader not look at some rules.
func overlooking(rules ...string) func(*policy) {
	return func(p *policy) { p.list.overlooks = append(p.list.overlooks, rules...) }
}

// listFlaws neglect the white list itself (WL).
func listFlaws() []Flaw {
	return slices.Concat(loadingFlaws(), judgingFlaws(), matchingFlaws())
}

// loadingFlaws neglect when the list is read, and what becomes of the one in force (WL-01 to WL-03, WL-11, WL-12).
func loadingFlaws() []Flaw {
	return []Flaw{
		neglecting("reads-list-once", "WL-01", "", "ne lit la liste blanche qu'en démarrant", "reads the white list when it starts alone", func(p *policy) { p.list.once = true }),
		neglecting("ignores-new-domains", "WL-02", "WL-13", "ne prend pas les domaines ajoutés à la liste blanche", "does not take the domains added to the white list", func(p *policy) {
			p.list.merges = func(old, fresh mssante.WhiteList) mssante.WhiteList {
				if len(old.Domains) > 0 {
					fresh.Domains = slices.DeleteFunc(slices.Clone(fresh.Domains), func(d mssante.ListedDomain) bool { return len(old.Entries(d.Name)) == 0 })
				}
				return fresh
			}
		}),
		neglecting("keeps-removed-domains", "WL-03", "", "garde les domaines retirés de la liste blanche", "keeps the domains removed from the white list", func(p *policy) {
			p.list.merges = func(old, fresh mssante.WhiteList) mssante.WhiteList {
				for _, d := range old.Domains {
					if len(fresh.Entries(d.Name)) == 0 {
						fresh = fresh.With(d)
					}
				}
				return fresh
			}
		}),
		neglecting("forgets-list-on-error", "WL-04 WL-05 WL-11 WL-12", "", "abandonne la liste en vigueur quand la nouvelle ne convient pas", "gives up the list in force when the new one does not do",
			func(p *policy) { p.list.forgets = func(error) bool { return true } }),
		neglecting("forgets-list-when-unreachable", "WL-12", "", "abandonne la liste en vigueur quand le serveur ne répond pas", "gives up the list in force when the server does not answer",
			func(p *policy) { p.list.forgets = unreachable }),
		neglecting("takes-broken-list", "WL-11", "", "prend une liste vide ou coupée", "takes an empty or truncated list", overlooking("whitelist-empty", "whitelist-malformed")),
	}
}

// unreachable tells that nobody listens.
func unreachable(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}

// judgingFlaws neglect the file and its signature (WL-04 to WL-10).
func judgingFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-list-certificate", "WL-04", "", "lit la liste blanche sans vérifier le certificat de son serveur", "reads the white list without verifying the certificate of its server",
			func(p *policy) { p.list.anyCertificate = true }),
		neglecting("takes-unsigned-list", "WL-05", "", "prend une liste sans signature", "takes a list without signature", overlooking("whitelist-unsigned")),
		neglecting("skips-list-digest", "WL-06", "", "ne vérifie pas la signature de la liste", "does not verify the signature of the list", overlooking("whitelist-altered")),
		neglecting("takes-any-list-signer", "WL-07", "", "prend une liste que n'importe qui a signée", "takes a list that anybody signed",
			overlooking("whitelist-signer-other", "whitelist-signer-untrusted", "whitelist-signature-form")),
		neglecting("reads-unsigned-part-of-list", "WL-08", "", "lit autre chose que ce que la signature de la liste couvre", "reads something else than what the signature of the list covers", overlooking("whitelist-wrapped")),
		neglecting("follows-list-entities", "WL-09", "", "suit les entités externes de la liste", "follows the external entities of the list", func(p *policy) { p.list.prepares = follows }),
		neglecting("expands-list-entities", "WL-09", "", "développe les entités de la liste sans limite", "expands the entities of the list without limit", func(p *policy) {
			p.list.prepares = func(_ context.Context, raw []byte) []byte {
				return entity.ReplaceAll(doctype.ReplaceAll(raw, nil), nil)
			}
			p.list.overlooks = []string{ruleExpanded}
		}),
		neglecting("takes-older-list", "WL-10", "", "prend une liste plus ancienne que celle en vigueur", "takes a list older than the one in force", overlooking("whitelist-older")),
	}
}

// What a careless parser sees of a document type declaration.
var (
	doctype  = regexp.MustCompile(`(?s)<!DOCTYPE[^\[>]*(\[.*?\])?>`)
	entity   = regexp.MustCompile(`&e[0-9]+;`)
	external = regexp.MustCompile(`SYSTEM "(https?://[^"]+)"`)
)

// ruleExpanded stands for the digest of a list whose entities were expanded: it is right, and nobody computes it here.
const ruleExpanded = "whitelist-altered of an expanded list"

// maxEntity bounds what is read of an external entity.
const maxEntity = 1 << 10

// follows calls the addresses of external entities, and leaves the file as it was.
func follows(ctx context.Context, raw []byte) []byte {
	for _, found := range external.FindAllSubmatch(raw, -1) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, string(found[1]), nil)
		if err != nil {
			continue
		}
		if answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request); err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxEntity))
			_ = answer.Body.Close()
		}
	}
	return raw
}

// matchingFlaws neglect what a domain of the list stands for (WL-13, WL-14).
func matchingFlaws() []Flaw {
	return []Flaw{
		neglecting("compares-domains-as-written", "WL-13", "", "compare les domaines tels qu'ils sont écrits", "compares domains as they are written", func(p *policy) {
			p.list.finds = func(list mssante.WhiteList, domain string) []mssante.ListedDomain {
				return slices.DeleteFunc(slices.Clone(list.Domains), func(d mssante.ListedDomain) bool { return d.Name != domain })
			}
		}),
		neglecting("lists-subdomains", "WL-14", "", "prend un sous-domaine d'un domaine inscrit pour inscrit", "takes a domain below a listed one for listed", func(p *policy) {
			p.list.finds = func(list mssante.WhiteList, domain string) []mssante.ListedDomain {
				return slices.DeleteFunc(slices.Clone(list.Domains), func(d mssante.ListedDomain) bool {
					return !mssante.SameDomain(d.Name, domain) && !strings.HasSuffix(domain, "."+d.Name)
				})
			}
		}),
	}
}
