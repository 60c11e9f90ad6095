package operator

import (
	"bytes"
	"errors"
	"strings"
)

// errResponse says that a response is no XOAUTH2 response.
var errResponse = errors.New("want user=MAILBOX ^A auth=Bearer TOKEN ^A ^A")

// parseXOAUTH2 reads "user=…^Aauth=Bearer …^A^A": each field once, no other, no control character in them.
func parseXOAUTH2(response []byte, lenient laxity) (user, token string, err error) {
	if lenient.cutsNUL {
		response = cutUser(response)
	}
	text := string(response)
	body, ended := strings.CutSuffix(text, "\x01\x01")
	if !ended {
		if !lenient.noEnd {
			return "", "", errResponse
		}
		body = strings.TrimRight(text, "\x01")
	}
	seen := map[string]string{}
	for _, field := range strings.Split(body, "\x01") {
		name, value, ok := strings.Cut(field, "=")
		if _, twice := seen[name]; !ok || twice && !lenient.lastUser || strings.ContainsFunc(value, control) {
			return "", "", errResponse
		}
		seen[name] = value
	}
	user, hasUser := seen["user"]
	auth, hasAuth := seen["auth"]
	scheme, token, _ := strings.Cut(auth, " ")
	switch {
	case !hasUser && !lenient.noUser, !hasAuth && !lenient.noAuth, len(seen) > 2,
		hasAuth && !strings.EqualFold(scheme, "Bearer") && !lenient.anyScheme:
		return "", "", errResponse
	}
	return user, token, nil
}

func control(r rune) bool { return r < 0x20 || r == 0x7f }

// cutUser ends the user at a NUL or at a line end, as a program in C would.
func cutUser(response []byte) []byte {
	field, rest, ok := bytes.Cut(response, []byte("\x01"))
	if i := bytes.IndexAny(field, "\x00\r\n"); ok && i >= 0 {
		return append(append(bytes.Clone(field[:i]), 1), rest...)
	}
	return response
}

// usersOf lists the user fields of a response.
func usersOf(response []byte) []string {
	var all []string
	for field := range strings.SplitSeq(string(response), "\x01") {
		if user, ok := strings.CutPrefix(field, "user="); ok {
			all = append(all, user)
		}
	}
	return all
}
