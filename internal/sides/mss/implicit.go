package mss

import (
	"context"
	"errors"
	"net"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// verdictOnPort is how a port with implicit TLS answered one version.
type verdictOnPort struct {
	version uint16
	result  pki.HelloResult
}

// implicitPort is where TLS begins at once: as declared, or on the port that goes with the usual one.
func (s *Side) implicitPort() string {
	if declared := s.run.Candidate.Interface(s.Role).Implicit; declared != "" {
		return declared
	}
	host, port, err := net.SplitHostPort(s.address)
	switch {
	case err == nil && s.Role == candidate.RoleMSSIMAP && port == "143":
		return net.JoinHostPort(host, "993")
	case err == nil && s.Role == candidate.RoleMSSSMTP && port == "587":
		return net.JoinHostPort(host, "465")
	}
	return ""
}

// probesImplicit offers each version that is to be refused (TLS-26). A port that is closed answers none.
func probesImplicit(ctx context.Context, p *part) error {
	address := p.side.implicitPort()
	for _, version := range []uint16{0x0300, 0x0301, 0x0302} {
		bounded, cancel := context.WithTimeout(ctx, p.side.run.Patience)
		r, err := pki.ProbeHello(bounded, candidate.Guarded(net.Dialer{}), address, version, pki.OldSuites)
		cancel()
		var refused *net.OpError
		switch {
		case errors.As(err, &refused) && refused.Op == "dial" && !refused.Timeout():
			p.Remark("port-closed", address)
			return nil
		case err != nil:
			return p.Cannot(verdict.ReasonUnreachable, p.side.Field("implicit"), address, err.Error())
		}
		p.Remark("hello-answer", address+", "+pki.VersionName(version)+": "+r.String())
		p.line.tls.implicit = append(p.line.tls.implicit, verdictOnPort{version, r})
	}
	return nil
}

// implicitSound wants no obsolete version to be accepted there.
func implicitSound(_ context.Context, p *part) error {
	p.Checked()
	for _, v := range p.line.tls.implicit {
		if v.result.Answer == pki.AnswerHello {
			p.Sees(p.Own("tls-weak-accepted", "alert", pki.VersionName(v.version)+" : "+v.result.String()))
		}
	}
	return nil
}
