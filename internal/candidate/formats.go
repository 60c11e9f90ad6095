package candidate

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// formats are the forms that the schemas ask of a text, by the name that they give it. Each returns
// what is wrong, or nil.
var formats = map[string]func(string) *trouble{
	"name": func(s string) *trouble {
		return unless(shortName.MatchString(s),
			say("un nom court : lettres sans accent, chiffres, « - », « _ » et « . »", "a short name: plain letters, digits, “-”, “_” and “.”"),
			say("Par exemple organisme-client.", "For instance organisme-client."))
	},
	"operation": func(s string) *trouble {
		return unless(operation.MatchString(s),
			say("une opération : un nom court, ou un verbe HTTP, une espace et un nom court", "an operation: a short name, or an HTTP verb, a space and a short name"),
			say("Par exemple consulter, ou POST dossiers.", "For instance consulter, or POST dossiers."))
	},
	"convention-date": func(s string) *trouble {
		return unless(new(interops.Date).UnmarshalText([]byte(s)) == nil,
			say("un jour qui existe, ou un instant RFC 3339", "a day that exists, or an RFC 3339 instant"),
			say("Écrivez-le comme 2026-01-31 ou 2026-01-31T08:00:00Z.", "Write it like 2026-01-31 or 2026-01-31T08:00:00Z."))
	},
	"day": func(s string) *trouble {
		_, err := time.Parse(time.DateOnly, s)
		return unless(err == nil, say("un jour qui existe", "a day that exists"), say("Écrivez-le comme 2036-06-30.", "Write it like 2036-06-30."))
	},
	"go-duration": func(s string) *trouble {
		d, err := time.ParseDuration(s)
		return unless(err == nil && d > 0,
			say("une durée positive", "a positive duration"),
			say("Écrivez-la avec son unité : 90s, 15m, 4h.", "Write it with its unit: 90s, 15m, 4h."))
	},
	"distinguished-name": func(s string) *trouble {
		err := pki.CheckSubject(s)
		return unless(err == nil,
			say("un nom distinctif RFC 4514", "an RFC 4514 distinguished name"),
			say("Par exemple « CN=passerelle,O=Organisme,C=FR », « * » valant n'importe quelle suite (%[1]v).",
				"For instance “CN=passerelle,O=Organisme,C=FR”, “*” standing for any run (%[1]v).", err))
	},
	"absolute-uri": func(s string) *trouble {
		u, err := url.Parse(s)
		return unless(err == nil && u.IsAbs() && (u.Host != "" || u.Opaque != "") && !strings.ContainsAny(s, " \t"),
			say("une URI absolue", "an absolute URI"),
			say("Par exemple http://service-a.fournisseur.test ou urn:organisme:service.", "For instance http://service-a.fournisseur.test or urn:organisme:service."))
	},
	"re2": func(s string) *trouble {
		_, err := regexp.Compile(s)
		return unless(err == nil, say("une expression régulière (syntaxe RE2)", "a regular expression (RE2 syntax)"),
			say("Corrigez-la (%[1]v).", "Correct it (%[1]v).", err))
	},
	"fault-code": func(s string) *trouble {
		return unless(faultCode.MatchString(s), say("un code de faute avec son préfixe (vi, wsse, wsu ou soap)", "a fault code with its prefix (vi, wsse, wsu or soap)"),
			say("Par exemple vi:InvalidPagm.", "For instance vi:InvalidPagm."))
	},
	"auto": func(s string) *trouble {
		return unless(s == "auto", say("auto, ou des ports", "auto, or ports"), say("Écrivez auto.", "Write auto."))
	},
	"address-range": func(s string) *trouble {
		_, notAddress := netip.ParseAddr(s)
		prefix, notRange := netip.ParsePrefix(s)
		return unless(notAddress == nil || notRange == nil && prefix == prefix.Masked(), say("une adresse IP, ou une plage en notation CIDR dont les bits d'hôte sont nuls", "an IP address, or a range in CIDR notation whose host bits are zero"),
			say("Par exemple 192.0.2.10 ou 192.0.2.0/28.", "For instance 192.0.2.10 or 192.0.2.0/28."))
	},
	"host-name": func(s string) *trouble {
		return unless(isHostName(s) && len(s) <= 253, say("un nom de domaine", "a domain name"),
			say("Par exemple interops.organisme-1.test.", "For instance interops.organisme-1.test."))
	},
	"mss-host": func(s string) *trouble {
		if t := ofTest(s); t != nil {
			return t
		}
		_, notAddress := netip.ParseAddr(s)
		return unless(isHostName(s) && len(s) <= 253 && notAddress != nil,
			say("le nom de domaine publié pour l'API LPS, et non une adresse IP", "the domain name published for the API LPS, and no IP address"),
			say("Écrivez celui que porte le certificat, par exemple mail.operateur.test.invalid ; l'adresse vient sous roles.",
				"Write the one in the certificate, for instance mail.operateur.test.invalid; the address comes under roles."))
	},
	"mss-endpoint": func(s string) *trouble {
		host, port, err := net.SplitHostPort(s)
		_, notAddress := netip.ParseAddr(host)
		if t := unless(err == nil && validPort(port) && (notAddress == nil || isHostName(host)),
			say("un hôte, « : » et un port", "a host, “:” and a port"),
			say("Par exemple 127.0.0.1:143 pour IMAP, 127.0.0.1:587 pour la soumission, [::1]:143 en IPv6.", "For instance 127.0.0.1:143 for IMAP, 127.0.0.1:587 for submission, [::1]:143 in IPv6.")); t != nil {
			return t
		}
		return ofTest(host)
	},
	"mailbox": func(s string) *trouble {
		a, err := mail.ParseAddress(s)
		if t := unless(err == nil && a.Address == s && a.Name == "",
			say("l'adresse d'une boîte : nom@domaine", "the address of a mailbox: name@domain"),
			say("Par exemple anne.test-un@operateur.test.invalid.", "For instance anne.test-un@operateur.test.invalid.")); t != nil {
			return t
		}
		return ofTest(s[strings.LastIndex(s, "@")+1:])
	},
	"idnat": func(s string) *trouble {
		_, _, err := mssante.IdNat(s).Read()
		return unless(err == nil, say("un IdNat", "an IdNat"), idNatForms)
	},
	"psc-listen": func(s string) *trouble {
		at, err := netip.ParseAddrPort(s)
		return unless(s == "auto" || err == nil && at.Port() > 0, say("auto, ou une adresse IP, « : » et un port", "auto, or an IP address, “:” and a port"),
			say("Par exemple %s.", "For instance %s.", FixedPSC))
	},
	"container-port": func(s string) *trouble {
		n, found := strings.CutSuffix(s, "/tcp")
		return unless(found && validPort(n), say("un port de TCP", "a port of TCP"), say("Écrivez 8443, ou \"8443/tcp\".", "Write 8443, or \"8443/tcp\"."))
	},
	"absolute-path": func(s string) *trouble {
		return unless(path.IsAbs(s) && !strings.ContainsRune(s, 0), absolutePath.want, absolutePath.remedy)
	},
	"span": func(s string) *trouble {
		d, err := time.ParseDuration(s)
		return unless(err == nil && d >= 0, say("une durée, ou 0s", "a duration, or 0s"),
			say("Écrivez-la avec son unité : 0s, 90s, 4h.", "Write it with its unit: 0s, 90s, 4h."))
	},
	"written": func(s string) *trouble {
		return unless(strings.TrimSpace(s) != "", say("un texte qui ne soit pas vide", "a text that is not empty"), say("Écrivez une phrase.", "Write a sentence."))
	},
	"file-digest": func(s string) *trouble {
		return unless(fileDigest.MatchString(s), say("sha256: et soixante-quatre chiffres hexadécimaux en minuscules", "sha256: and sixty-four hexadecimal digits in lower case"),
			say("conformance review ARCHIVE --list donne celles du rapport.", "conformance review ARCHIVE --list gives those of the report."))
	},
	"sha256": func(s string) *trouble {
		return unless(digestHex.MatchString(s), say("un condensé SHA-256 : 64 chiffres hexadécimaux", "a SHA-256 digest: 64 hexadecimal digits"),
			say("Recopiez la ligne que donne sandbox token.", "Copy the line that sandbox token gives."))
	},
	"host": func(s string) *trouble {
		_, notAddress := netip.ParseAddr(unbracketed(s))
		return unless(notAddress == nil || isHostName(s) && len(s) <= 253, say("un nom de domaine ou une adresse IP, sans port", "a domain name or an IP address, without port"),
			say("Par exemple bac.exemple.test.", "For instance bac.exemple.test."))
	},
	"certificate-name": func(s string) *trouble {
		sum, digest := strings.CutPrefix(s, "sha256:")
		return unless(digest && digestHex.MatchString(sum) || !digest && strings.Contains(s, "=") && pki.CheckSubject(s) == nil,
			say("le sujet d'un certificat, ou sha256: et son condensé", "the subject of a certificate, or sha256: and its digest"),
			say("Par exemple « CN=passerelle,O=Editeur A,C=FR », comme l'écrit la console (openssl x509 -noout -subject -nameopt RFC2253).",
				"For instance “CN=passerelle,O=Editeur A,C=FR”, as the console writes it (openssl x509 -noout -subject -nameopt RFC2253)."))
	},
	"issuer": func(s string) *trouble {
		u, err := url.Parse(s)
		return unless(err == nil && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())),
			say("une URL https, sans paramètre ; http sur la boucle locale", "an https URL, without parameters; http on loopback"),
			say("Par exemple https://connexion.exemple.test, telle que le fournisseur l'écrit dans sa configuration.", "For instance https://connexion.exemple.test, as the provider writes it in its configuration."))
	},
	"https-url": func(s string) *trouble { return checkURL(s, "https") },
	"web-url":   func(s string) *trouble { return checkURL(s, "http", "https") },
}

var (
	shortName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	operation  = regexp.MustCompile(`^([A-Z]{3,10} )?[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	hostName   = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)
	fileDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	digestHex  = regexp.MustCompile(`^[0-9A-Fa-f]{64}$`)
	faultCode  = regexp.MustCompile(`^(vi|wsse|wsu|soap):[A-Za-z]+$`)
)

// unless makes a trouble of what was expected, unless it is met.
func unless(met bool, want, remedy verdict.Text) *trouble {
	if met {
		return nil
	}
	return &trouble{want, remedy}
}

// checkURL wants a URL of one of the schemes, complete, and not of a production domain (rule 10).
func checkURL(s string, schemes ...string) *trouble {
	want := say("une URL %s complète", "a complete %s URL", strings.Join(schemes, "/"))
	example := fmt.Sprintf("%s://127.0.0.1:8443/interops", schemes[0])
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return &trouble{want, say("Écrivez par exemple %s.", "Write for instance %s.", example)}
	}
	switch {
	case !strings.EqualFold(u.Scheme, schemes[len(schemes)-1]) && !strings.EqualFold(u.Scheme, schemes[0]):
		return &trouble{want, say("Le schéma « %s » ne convient pas : écrivez par exemple %s.", "Scheme “%s” does not fit: write for instance %s.", u.Scheme, example)}
	case u.User != nil:
		return &trouble{want, say("Retirez l'identifiant et le mot de passe de l'URL.", "Remove the user and password from the URL.")}
	case u.Fragment != "":
		return &trouble{want, say("Retirez ce qui suit « # ».", "Remove what follows “#”.")}
	case u.Port() != "" && !validPort(u.Port()):
		return &trouble{say("un port de 1 à 65535", "a port from 1 to 65535"), say("Corrigez le port %s de l'URL.", "Correct port %s of the URL.", u.Port())}
	}
	if p, found := productionOf(u.Hostname()); found {
		return notTest(p)
	}
	return nil
}

func validPort(s string) bool {
	var n int
	_, err := fmt.Sscanf(s, "%d", &n)
	return err == nil && n >= 1 && n <= 65535
}

// isHostName tells whether a text is a name of the DNS, each label of 63 octets at most (RFC 1035 §2.3.4). The expression does
// not say so: it would be made as often as it counts, by every program that starts.
func isHostName(s string) bool {
	return hostName.MatchString(s) && !slices.ContainsFunc(strings.Split(s, "."), func(label string) bool { return len(label) > 63 })
}
