package psc

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// introspect tells a client that proves who it is what a token is worth (RFC 7662), or what it is forced to say.
func (v *visit) introspect() (answer, error) {
	form, err := v.question()
	if err != nil {
		return answer{}, err
	}
	token := form.Get("token")
	if form.Has("token") {
		v.entry.Token = see(token)
	}
	if _, err := v.client(form); err != nil && !v.anonymous(form) {
		return answer{}, err
	}
	if !form.Has("token") {
		return answer{}, oidc.Refuse(oidc.InvalidRequest, "want a token")
	}
	_, claims, alive := v.truth(token)
	forced := v.forced(token)
	if f := v.commits(ofAnswer); f.Name != "" {
		name, _ := claims["preferred_username"].(string)
		named, _ := v.person(mssante.IdNat(name))
		h, err := v.honest(named, KeyLive)
		if err != nil {
			return answer{}, err
		}
		forced = f.Settle(h).Answer
	}
	v.entry.Answer = string(forced.Kind)
	status, kind, body := forced.Body(claims, alive)
	a := answer{Status: status, Header: jsonHeader(), Body: body}
	a.Header.Set("Content-Type", kind)
	switch forced.Kind {
	case oidc.AnswerRedirect:
		a.Status, a.Body = http.StatusFound, nil
		a.Header.Set("Location", v.elsewhere(token))
	case oidc.AnswerCut:
		v.told(answer{})
		return a, v.cut()
	case oidc.AnswerSilent:
		v.told(answer{})
		v.patient()
		_ = bench.Sleep(v.r.Context(), oidc.SilentTime)
		return a, v.cut()
	case oidc.AnswerSlow:
		v.told(a)
		return a, v.slowly(a)
	}
	return a, nil
}

// elsewhere is the trap of a token, on another host than the one that was called.
func (v *visit) elsewhere(token string) string {
	u, err := url.Parse(v.Trap())
	if err != nil { // it is ours
		return v.Trap()
	}
	other := "localhost"
	if u.Hostname() == other {
		other = "127.0.0.1"
	}
	u.Host, u.Path = net.JoinHostPort(other, u.Port()), u.Path+"/"+Digest(token)
	return u.String()
}

// cut ends the connection without an answer.
func (v *visit) cut() error {
	conn, _, err := http.NewResponseController(v.w).Hijack()
	if err != nil {
		return fmt.Errorf("end connection: %w", err)
	}
	_ = conn.Close()
	return errAnswered
}

// patient lifts the limits of the server from the connection: the caller's patience is on trial, not ours.
func (v *visit) patient() {
	control := http.NewResponseController(v.w)
	for _, lift := range []func(time.Time) error{control.SetReadDeadline, control.SetWriteDeadline} {
		if err := lift(time.Time{}); err != nil {
			v.config.Log.Error("délai non levé", "cause", err.Error())
		}
	}
}

// slowly writes an answer a byte per second.
func (v *visit) slowly(a answer) error {
	for name, values := range a.Header {
		v.w.Header()[name] = values
	}
	v.w.Header().Set("Content-Length", fmt.Sprint(len(a.Body)))
	v.w.WriteHeader(a.Status)
	v.patient()
	control := http.NewResponseController(v.w)
	for _, b := range a.Body {
		if _, err := v.w.Write([]byte{b}); err != nil || control.Flush() != nil || bench.Sleep(v.r.Context(), oidc.SlowByte) != nil {
			break
		}
	}
	return errAnswered
}

// userInfo tells who the person of an access token is (OIDC Core §5.3).
func (v *visit) userInfo() (answer, error) {
	token, err := v.bearer()
	if err != nil {
		return answer{}, err
	}
	v.entry.Token = see(token)
	_, claims, alive := v.truth(token)
	if !alive || claims["typ"] != oidc.TypeAccess {
		return answer{}, oidc.Refuse(oidc.InvalidToken, "the token is not alive")
	}
	name, _ := claims["preferred_username"].(string)
	subject, _ := claims["sub"].(string)
	client, _ := claims["azp"].(string)
	v.entry.Client = client
	p, _ := v.person(mssante.IdNat(name))
	said := maps.Clone(oidc.UserInfo(subject, p.Professional))
	turn, fault := v.turn(client, p.IdNat)
	if armed := v.commits(ofUserInfo); armed.Name != "" {
		fault = armed
	}
	if fault.Flow.UserInfo != nil {
		h, err := v.honest(p, KeyLive)
		if err != nil {
			return answer{}, err
		}
		fault.Flow.UserInfo(h, said)
	}
	oidc.Set(said, turn.UserInfo)
	return jsonAnswer(http.StatusOK, said), nil
}

// bearer is the token that a call shows, in its header or in its form (RFC 6750 §2), and never in its address.
func (v *visit) bearer() (string, error) {
	scheme, token, _ := strings.Cut(v.r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), nil
	}
	if v.r.Method == http.MethodPost {
		form, err := v.form()
		if err != nil {
			return "", err
		}
		if form.Has("access_token") {
			return form.Get("access_token"), nil
		}
	}
	return "", oidc.Refuse(oidc.InvalidToken, "want a Bearer token")
}

// revoke ends a token (RFC 7009); a refresh token ends its session with it. An unknown one is as good as ended.
func (v *visit) revoke() (answer, error) {
	form, err := v.form()
	if err != nil {
		return answer{}, err
	}
	if form.Has("token") {
		v.entry.Token = see(form.Get("token"))
	}
	c, err := v.client(form)
	if err != nil {
		return answer{}, err
	}
	if !form.Has("token") {
		return answer{}, oidc.Refuse(oidc.InvalidRequest, "want a token")
	}
	_, claims, alive := v.truth(form.Get("token"))
	if alive && claims["azp"] != c.ID {
		return answer{}, oidc.Refuse(oidc.InvalidToken, "another client's token")
	}
	if alive {
		v.Revoke(form.Get("token"))
	}
	return answer{Status: http.StatusOK, Header: jsonHeader()}, nil
}

// Revoke ends a token, as its client or its person might: introspection calls it inactive from now on. A refresh token
// ends its session with it.
func (s *Stub) Revoke(token string) {
	_, claims, _ := s.truth(token)
	id, _ := claims["jti"].(string)
	session, _ := claims["sid"].(string)
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != "" {
		s.revoked.Put(id, true)
	}
	if session != "" && claims["typ"] == oidc.TypeRefresh {
		s.ended.Put(session, true)
	}
}
