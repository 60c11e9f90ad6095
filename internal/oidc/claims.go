package oidc

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"etalon/internal/mssante"
)

// The types of tokens, as their claim typ says them.
const (
	TypeAccess  = "Bearer"
	TypeID      = "ID"
	TypeRefresh = "Refresh"
)

// AccessClaims says in claims what an access token says. What is empty is left out.
func AccessClaims(t mssante.AccessToken) map[string]any {
	c := map[string]any{"typ": TypeAccess}
	for name, value := range map[string]string{
		"jti": t.ID, "iss": t.Issuer, "sub": t.Subject, "azp": t.Client, "nonce": t.Nonce, "session_state": t.Session, "sid": t.Session,
		"acr": t.Level, "scope": strings.Join(t.Scopes, " "), "authMode": t.Means, "preferred_username": string(t.IdNat),
	} {
		if value != "" {
			c[name] = value
		}
	}
	for name, at := range map[string]time.Time{"iat": t.IssuedAt, "nbf": t.NotBefore, "exp": t.Expires, "auth_time": t.AuthenticatedAt} {
		if !at.IsZero() {
			c[name] = at.Unix()
		}
	}
	if len(t.OtherIDs) > 0 {
		c["otherIds"] = t.OtherIDs
	}
	return c
}

// IDClaims makes of an access token's claims those of the ID token given with it (OIDC Core §2, §3.1.3.6). access is that
// token as it was written; without it there is no at_hash.
func IDClaims(claims map[string]any, access string) map[string]any {
	c := maps.Clone(claims)
	delete(c, "scope")
	c["typ"], c["aud"] = TypeID, claims["azp"]
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		c["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
	}
	return c
}

// RefreshClaims makes of an access token's claims those of the refresh token given with it.
func RefreshClaims(claims map[string]any) map[string]any {
	c := map[string]any{"typ": TypeRefresh, "aud": claims["iss"]}
	for _, name := range []string{"iss", "sub", "jti", "azp", "nonce", "session_state", "sid", "scope", "iat", "exp"} {
		if v, there := claims[name]; there {
			c[name] = v
		}
	}
	return c
}

// UserInfo is what the userinfo endpoint says of a person: the fields that real ones have, of which many are empty (§6).
func UserInfo(subject string, p mssante.Professional) map[string]any {
	number := ""
	if kind, n, err := p.IdNat.Read(); err == nil && kind != mssante.KindTest {
		number = n
	}
	return map[string]any{
		"sub": subject, "SubjectNameID": p.IdNat, "preferred_username": p.IdNat, "family_name": p.FamilyName, "given_name": p.Given,
		"Secteur_Activite": "SA07^1.2.250.1.71.4.2.4", "SubjectOrganization": "TEST CABINET", "SubjectOrganizationID": "",
		"SubjectRole": []string{"10^1.2.250.1.213.1.1.5.5"}, "Mode_Acces_Raison": "", "Acces_Regulation_Medicale": "FAUX", "UITVersion": "1.0",
		"Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1", "PSI_Locale": "1.2.250.1.213.1.3.1.1",
		"authMode": p.LoginMeans(), "otherIds": p.Identifiers(),
		"SubjectRefPro": map[string]any{"codeCivilite": "", "exercices": []any{map[string]any{
			"codeProfession": "10", "codeCategorieProfessionnelle": "C", "nomDexercice": p.FamilyName, "prenomDexercice": p.Given,
			"codeTypeSavoirFaire": "", "codeSavoirFaire": "",
			"activities": []any{map[string]any{
				"codeModeExercice": "L", "codeSecteurDactivite": "SA07", "identifiantTechniqueDeLaStructure": number, "raisonSocialeSite": "TEST CABINET",
			}},
		}}},
	}
}

// reader reads claims, and notes those that are not of their type.
type reader struct {
	claims    map[string]any
	malformed []string
}

// ReadAccess returns what the claims of an access token say, and the names of those that are not of their type.
func ReadAccess(claims map[string]any) (t mssante.AccessToken, malformed []string) {
	r := &reader{claims: claims}
	t = mssante.AccessToken{
		ID: r.text("jti"), Issuer: r.text("iss"), Subject: r.text("sub"), Client: r.text("azp"), Session: r.text("session_state"),
		Nonce: r.text("nonce"), Level: r.text("acr"), Scopes: strings.Fields(r.text("scope")), Means: r.text("authMode"),
		IdNat: mssante.IdNat(r.text("preferred_username")), OtherIDs: r.others(),
		IssuedAt: r.instant("iat"), NotBefore: r.instant("nbf"), Expires: r.instant("exp"), AuthenticatedAt: r.instant("auth_time"),
	}
	slices.Sort(r.malformed)
	return t, r.malformed
}

func (r *reader) text(name string) string {
	v, there := r.claims[name]
	s, ok := v.(string)
	if there && !ok {
		r.malformed = append(r.malformed, name)
	}
	return s
}

// texts reads a text, or a list of them (RFC 7519 §4.1.3).
func (r *reader) texts(name string) []string {
	list, many := r.claims[name].([]any)
	if !many {
		if s := r.text(name); s != "" {
			return []string{s}
		}
		return nil
	}
	var all []string
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			r.malformed = append(r.malformed, name)
			return nil
		}
		all = append(all, s)
	}
	return all
}

// others reads the identifiers of the registers.
func (r *reader) others() []mssante.OtherID {
	v, there := r.claims["otherIds"]
	if !there || v == nil {
		return nil
	}
	var all []mssante.OtherID
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		r.malformed = append(r.malformed, "otherIds")
		return nil
	}
	return all
}

// furthest is the last second that an instant may name: the end of the year 9999.
const furthest = 253402300799

// instant is a NumericDate: seconds, perhaps with a fraction (RFC 7519 §2).
func (r *reader) instant(name string) time.Time {
	v, there := r.claims[name]
	if !there {
		return time.Time{}
	}
	number, ok := v.(json.Number)
	seconds, err := number.Float64()
	if !ok || err != nil || math.Abs(seconds) > furthest {
		r.malformed = append(r.malformed, name)
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC()
}
