package sso

import (
	"encoding/base64"
	"net/url"
)

// Encode writes a message as POST forms and the response header carry it.
func Encode(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// ResponseForm is the form that carries a Response and its return address by POST.
func ResponseForm(response []byte, relayState string) url.Values {
	form := url.Values{ParameterResponse: {Encode(response)}}
	if relayState != "" {
		form.Set(ParameterRelayState, relayState)
	}
	return form
}
