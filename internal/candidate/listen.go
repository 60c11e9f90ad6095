package candidate

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
)

// LoopbackPorts lists the fixed ports at which the harness listens on 127.0.0.1: those that a container cannot reach by itself.
func (c *Candidate) LoopbackPorts() (ports []int) {
	add := func(address string, port int) {
		if port != 0 && (address == "127.0.0.1" || address == "localhost") {
			ports = append(ports, port)
		}
	}
	for _, p := range c.Listen.Ports.named() {
		add(c.Listen.Address, p.number)
	}
	if psc, _ := c.Provided(); psc != nil {
		host, port, _ := net.SplitHostPort(psc.Listen)
		number, _ := strconv.Atoi(port)
		add(host, number)
	}
	return ports
}

// FixedPorts lists the ports of its own choice at which the harness listens around the candidate, whatever the address: two
// candidates that share one cannot be judged at once.
func (c *Candidate) FixedPorts() (ports []int) {
	add := func(number int) {
		if number != 0 && !slices.Contains(ports, number) {
			ports = append(ports, number)
		}
	}
	at := func(address string) {
		_, port, _ := net.SplitHostPort(address)
		number, _ := strconv.Atoi(port)
		add(number)
	}
	for _, p := range c.Listen.Ports.named() {
		add(p.number)
	}
	if psc, _ := c.Provided(); psc != nil {
		at(psc.Listen)
	}
	if c.MSSOperator != nil {
		at(c.MSSOperator.Neighbours.Listen)
		at(c.MSSOperator.Neighbours.DNS)
		at(c.MSSOperator.WhiteList.Listen)
	}
	if c.LPS != nil {
		p := c.LPS.Operator.Ports
		for _, number := range []int{p.IMAP, p.SMTP, p.Autoconfig, p.DNS, p.CRL} {
			add(number)
		}
	}
	return ports
}

// listen checks that each port serves once.
func (l *loading) listen(listen *Listen) {
	if listen.Address == "" {
		listen.Address = "127.0.0.1"
	}
	listen.Address = unbracketed(listen.Address)
	once := l.once("port")
	for _, p := range listen.Ports.named() {
		if p.number != 0 {
			once(fmt.Sprint(p.number), "listen", "ports", p.name)
		}
	}
}

func unbracketed(host string) string {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// notOurs notes a URL of the candidate that names a port on which the harness itself will listen.
func (l *loading) notOurs(address string, key ...string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	if host != "localhost" && host != l.out.Listen.Address && (ip == nil || !ip.IsLoopback()) {
		return
	}
	for _, p := range l.out.Listen.Ports.named() {
		if p.number != 0 && u.Port() == fmt.Sprint(p.number) {
			l.report(trouble{say("un port qui ne soit pas celui du banc", "a port that is not the harness's"),
				say("listen.ports.%s le prend déjà : changez l'un des deux.", "listen.ports.%s already takes it: change one of the two.", p.name)}, key...)
			return
		}
	}
}
