package operator

import (
	"crypto/tls"
	"errors"
	"slices"

	"etalon/internal/verdict"
)

// Fault is one deliberate fault of an operator towards a mail program, for one connection.
type Fault struct {
	// Name is "mss-<part>-<departure>", Violates the one requirement of the role lps that must catch it.
	Name, Violates string
	Title          verdict.Text
	conduct        func(*Operator) (Conduct, error)
}

// ErrNotArmable tells that no fault of that name may be armed.
var ErrNotArmable = errors.New("no such fault of an operator's")

// Faults returns every fault, in the order of the requirements.
func Faults() []Fault {
	behaves := func(name, violates, fr, en string, c Conduct) Fault {
		return Fault{name, violates, verdict.Text{FR: fr, EN: en}, func(*Operator) (Conduct, error) { return c, nil }}
	}
	shows := func(variant, violates, fr, en string) Fault {
		return Fault{"mss-certificate-" + variant, violates, verdict.Text{FR: fr, EN: en}, func(o *Operator) (Conduct, error) {
			c, err := o.config.Bench.PKI.Credential(o.config.Name + "/tls~" + variant)
			return Conduct{Credential: c}, err
		}}
	}
	return []Fault{
		behaves("mss-tls-1.1", "LPS-02", "l'opérateur ne parle que TLS 1.0 et 1.1", "the operator speaks TLS 1.0 and 1.1 alone",
			Conduct{Oldest: tls.VersionTLS10, Newest: tls.VersionTLS11}),
		behaves("mss-starttls-hidden", "LPS-04", "l'opérateur n'offre pas STARTTLS, et prend les jetons en clair", "the operator offers no STARTTLS, and takes tokens in clear",
			Conduct{HidesTLS: true}),
		behaves("mss-starttls-refused", "LPS-05", "l'opérateur offre STARTTLS, puis le refuse", "the operator offers STARTTLS, then refuses it", Conduct{RefusesTLS: true}),
		shows("expired", "LPS-06", "le certificat de l'opérateur est expiré", "the certificate of the operator has expired"),
		shows("revoked", "LPS-07", "le certificat de l'opérateur est révoqué", "the certificate of the operator is revoked"),
		shows("unknown-ca", "LPS-10", "le certificat de l'opérateur est d'une autorité inconnue", "the certificate of the operator is of an unknown authority"),
		shows("wrong-host", "LPS-11", "le certificat de l'opérateur est celui d'un autre hôte", "the certificate of the operator is another host's"),
		behaves("mss-token-refused", "LPS-22", "l'opérateur refuse le jeton, par le défi d'erreur de XOAUTH2", "the operator refuses the token, by the error challenge of XOAUTH2",
			Conduct{Refuses: func(string) bool { return true }}),
		behaves("mss-down", "LPS-27", "l'opérateur rompt la connexion dès qu'elle vient", "the operator drops the connection as it comes", Conduct{Down: true}),
	}
}

// armed is the fault of the next connections of a protocol.
type armed struct {
	fault   Fault
	conduct Conduct
	left    int
}

// Arm has a fault committed on the next connections of a protocol, IMAP or SMTP. An empty name disarms. It returns
// ErrNotArmable.
func (o *Operator) Arm(over, name string, times int) error {
	a := armed{left: times}
	if i := slices.IndexFunc(Faults(), func(f Fault) bool { return f.Name == name }); i >= 0 {
		a.fault = Faults()[i]
		var err error
		if a.conduct, err = a.fault.conduct(o); err != nil {
			return err
		}
	} else if name != "" {
		return ErrNotArmable
	} else {
		a.left = 0
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed[protocolOf(over)] = a
	return nil
}

// Armed tells which fault is armed over a protocol, and for how many connections more; zero when none is.
func (o *Operator) Armed(over string) (fault string, left int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	a := o.armed[protocolOf(over)]
	if a.left == 0 {
		return "", 0
	}
	return a.fault.Name, a.left
}

// commits gives a link the armed fault of its protocol; the operator's mutex is held.
func (o *Operator) commits(l *link) {
	a := &o.armed[l.protocol]
	if a.left == 0 {
		return
	}
	a.left--
	l.conduct, l.fault = a.conduct, a.fault
}

func protocolOf(name string) protocol {
	if name == SMTP {
		return smtpLink
	}
	return imapLink
}
