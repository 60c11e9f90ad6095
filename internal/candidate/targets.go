package candidate

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// Targets are what candidates made in a page may call, as the operator of a sandbox says. The zero value lets nothing be called.
// It does not change once it is made; a nil one bounds nothing.
type Targets struct {
	entries []target
	// listens are the addresses beside loopback at which the harness may listen for them.
	listens []netip.Addr
	// never are the ports of this machine that nothing of a page calls: those of the sandbox's own management.
	never []int
}

// target is one line of the list: a name, a name and all below it, or a range of addresses, with the ports.
type target struct {
	name      string
	below     bool
	addresses netip.Prefix
	low, high int
}

// loopback stands for this machine in the list.
const loopback = "loopback"

// loopbackRanges are its addresses.
var loopbackRanges = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

var errTarget = verdict.Tell("attendu HÔTE, *.DOMAINE, ADRESSE, ADRESSE/BITS ou loopback, puis :PORT ou :DÉBUT-FIN quand tous les ports ne sont pas permis, ou listen:ADRESSE", "want HOST, *.DOMAIN, ADDRESS, ADDRESS/BITS or loopback, then :PORT or :LOW-HIGH where not every port is meant, or listen:ADDRESS")

// ParseTargets reads the lines of a list: a host, a name and all below it (*.essai.test), an address, a range of addresses
// (10.1.0.0/16), or loopback, each with a port or a range of ports where not every one is meant (:8443, :8000-8999); an address
// of version 6 with ports stands in brackets. listen:ADDRESS lets the harness listen there. A host of production is refused.
func ParseTargets(lines ...string) (*Targets, error) {
	t := &Targets{}
	for _, line := range lines {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := t.add(line); err != nil {
			return nil, verdict.Tell("cible « %s » : %s", "read target %q: %s", line, err)
		}
	}
	return t, nil
}

// add reads one line.
func (t *Targets) add(line string) error {
	if address, listens := strings.CutPrefix(line, "listen:"); listens {
		at, err := netip.ParseAddr(strings.Trim(address, "[]"))
		if err != nil {
			return errTarget
		}
		t.listens = append(t.listens, at.Unmap())
		return nil
	}
	host, ports := splitPorts(line)
	low, high, err := portRange(ports)
	if err != nil {
		return err
	}
	if host == loopback {
		for _, r := range loopbackRanges {
			t.entries = append(t.entries, target{addresses: r, low: low, high: high})
		}
		return nil
	}
	made := target{low: low, high: high}
	if made.addresses, err = prefixOfAddress(host); err != nil {
		made.name, made.below = strings.CutPrefix(strings.ToLower(strings.TrimSuffix(host, ".")), "*.")
		if strings.ContainsAny(made.name, "*/:[] ") || made.name == "" || formats["host-name"](made.name) != nil {
			return errTarget
		}
		if err := Barred(made.name); err != nil {
			return err
		}
	}
	t.entries = append(t.entries, made)
	return nil
}

// splitPorts parts a line into its host and its ports.
func splitPorts(line string) (host, ports string) {
	if inner, found := strings.CutPrefix(line, "["); found {
		host, ports, _ = strings.Cut(inner, "]")
		return host, strings.TrimPrefix(ports, ":")
	}
	if strings.Count(line, ":") > 1 {
		return line, ""
	}
	host, ports, _ = strings.Cut(line, ":")
	return host, ports
}

// portRange reads a port, a range of ports, or every port where nothing is said.
func portRange(ports string) (low, high int, err error) {
	if ports == "" {
		return 1, 65535, nil
	}
	first, last, ranged := strings.Cut(ports, "-")
	if !ranged {
		last = first
	}
	low, lowErr := strconv.Atoi(first)
	high, highErr := strconv.Atoi(last)
	if lowErr != nil || highErr != nil || low < 1 || high > 65535 || low > high {
		return 0, 0, errTarget
	}
	return low, high, nil
}

// prefixOfAddress reads an address or a range of them.
func prefixOfAddress(host string) (netip.Prefix, error) {
	if at, err := netip.ParseAddr(host); err == nil {
		at = at.Unmap()
		return netip.PrefixFrom(at, at.BitLen()), nil
	}
	p, err := netip.ParsePrefix(host)
	return p.Masked(), err
}

// WithLoopback are the targets, and this machine.
func (t *Targets) WithLoopback() *Targets {
	more := *t
	more.entries = slices.Clone(t.entries)
	for _, r := range loopbackRanges {
		more.entries = append(more.entries, target{addresses: r, low: 1, high: 65535})
	}
	return &more
}

// Without are the targets but ports of this machine: those at which the sandbox is managed, where who calls from this machine
// is its operator.
func (t *Targets) Without(ports ...int) *Targets {
	less := *t
	less.never = append(slices.Clone(t.never), ports...)
	return &less
}

// holds tells whether a host, as it is written, is one that may be called on a port.
func (t *Targets) holds(host string, port int) bool {
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		host = "127.0.0.1"
	}
	at, err := netip.ParseAddr(host)
	if err == nil {
		return t.reaches(netip.AddrPortFrom(at, uint16(port)))
	}
	return slices.ContainsFunc(t.entries, func(e target) bool {
		named := e.name != "" && (host == e.name && !e.below || e.below && strings.HasSuffix(host, "."+e.name))
		return named && e.low <= port && port <= e.high
	})
}

// reaches tells whether an address may be called on a port.
func (t *Targets) reaches(to netip.AddrPort) bool {
	at := to.Addr().Unmap().WithZone("")
	if (at.IsLoopback() || at.IsUnspecified()) && slices.Contains(t.never, int(to.Port())) {
		return false
	}
	return slices.ContainsFunc(t.entries, func(e target) bool {
		return e.name == "" && e.addresses.Contains(at) && e.low <= int(to.Port()) && int(to.Port()) <= e.high
	})
}

// manages tells whether a host and a port of this machine are where the sandbox is managed.
func (t *Targets) manages(host string, port int) bool {
	at, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return slices.Contains(t.never, port) && (strings.EqualFold(host, "localhost") || err == nil && at.Unmap().IsLoopback())
}

// withinKey is where a context keeps the targets.
type withinKey struct{}

// Within is a context in which Guarded connects to these targets alone; nil ones bound nothing.
func Within(ctx context.Context, t *Targets) context.Context {
	if t == nil {
		return ctx
	}
	return context.WithValue(ctx, withinKey{}, t)
}

func targetsOf(ctx context.Context) *Targets {
	t, _ := ctx.Value(withinKey{}).(*Targets)
	return t
}

// ofOperator is of what a host is barred that the operator does not list.
const ofOperator = "what the operator of the sandbox does not let pages call (--targets)"

// names refuses, before it is looked up, a host that is not of the targets.
func (t *Targets) names(host, port string) error {
	if t == nil {
		return nil
	}
	number, err := strconv.Atoi(port)
	if err != nil || !t.holds(host, number) {
		return &BarredError{host, ofOperator}
	}
	return nil
}

// leads refuses the address that a name of the targets leads to when it is of this machine, unless that may be called too: a
// name is its owner's to turn.
func (t *Targets) leads(host string, to netip.AddrPort) error {
	at := to.Addr().Unmap()
	switch {
	case t == nil, t.reaches(to):
		return nil
	case at.IsLoopback(), at.IsUnspecified(), at.IsMulticast():
		return &BarredError{host, ofOperator}
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return &BarredError{host, ofOperator}
	}
	return nil
}

// refuse tells what is wrong with a value of a file that names a target, or where the harness would listen; nil for any other.
func (t *Targets) refuse(f found) *trouble {
	text, isText := f.value.value.(string)
	if !isText {
		return nil
	}
	var host, port string
	switch format := f.place.schema["format"]; {
	case format == "https-url" || format == "web-url":
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" {
			return nil
		}
		host, port = u.Hostname(), u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
		}
	case format == "mss-endpoint":
		var err error
		if host, port, err = net.SplitHostPort(text); err != nil {
			return nil
		}
	case format == "psc-listen":
		if text == "auto" {
			return nil
		}
		address, _, err := net.SplitHostPort(text)
		if err != nil {
			return nil
		}
		return t.listening(address)
	case slices.Contains([]string{"listen.address", "roles.lps.operator.address"}, keyPath(f.path)):
		return t.listening(text)
	default:
		return nil
	}
	number, err := strconv.Atoi(port)
	if err != nil || t.holds(host, number) {
		return nil
	}
	target := net.JoinHostPort(host, port)
	if t.manages(host, number) {
		return &trouble{say("une adresse du candidat", "an address of the candidate"), say("« %s » est la gestion du bac à sable lui-même, qu'aucune page n'appelle.", "“%s” is the management of the sandbox itself, which no page calls.", target)}
	}
	return &trouble{say("une cible que l'opérateur du bac à sable permet aux pages", "a target that the operator of the sandbox lets pages call"), say(
		"« %[1]s » n'en est pas : son opérateur l'ajoute par sandbox serve --targets %[1]s.", "“%[1]s” is none: its operator adds it by sandbox serve --targets %[1]s.", target)}
}

// listening refuses an address at which the harness may not listen for a page.
func (t *Targets) listening(address string) *trouble {
	at, err := netip.ParseAddr(strings.Trim(address, "[]"))
	if strings.EqualFold(address, "localhost") || err == nil && (at.Unmap().IsLoopback() || slices.Contains(t.listens, at.Unmap())) {
		return nil
	}
	return &trouble{want: verdict.Text{FR: "une adresse de la boucle locale, ou une que l'opérateur du bac à sable permet", EN: "a loopback address, or one that the operator of the sandbox allows"}, remedy: say(
		"Son opérateur la permet par sandbox serve --targets listen:%s.", "Its operator allows it by sandbox serve --targets listen:%s.", address)}
}
