package hsm_test

import (
	"strings"
	"testing"

	"etalon/internal/hsm"
)

func TestParseURI(t *testing.T) {
	u, err := hsm.ParseURI("pkcs11:token=op%C3%A9rateur%201;object=sign%3Bature;id=%01%ff;type=private?module-path=/a%26b.so&x-chain=c.pem&pin-source=file:/run/pin", "/other.so")
	if err != nil {
		t.Fatal(err)
	}
	if u.Token != "opérateur 1" || u.Object != "sign;ature" || string(u.ID) != "\x01\xff" || u.Module != "/a&b.so" || u.Chain != "c.pem" || u.PINSource != "/run/pin" {
		t.Errorf("read %+v", u)
	}
	if got := u.String(); got != "token opérateur 1, object sign;ature, id 01ff" {
		t.Errorf("named %q", got)
	}
	if u, err = hsm.ParseURI("pkcs11:slot-id=0;object=a", "/m.so"); err != nil || *u.Slot != 0 || u.Module != "/m.so" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestBadURIs(t *testing.T) {
	const secret = "7777"
	for uri, want := range map[string]string{
		"pkcs11:token=a;object=b":                                         "no module",
		"pkcs11:object=b?module-path=/m.so":                               "no token",
		"pkcs11:token=a?module-path=/m.so":                                "no key",
		"pkcs11:token=a;serial=1;object=b?module-path=/m.so":              "named twice",
		"pkcs11:serial=1;slot-id=2;object=b?module-path=/m.so":            "named twice",
		"pkcs11:token=a;token=b;object=b?module-path=/m.so":               "twice: keep one",
		"pkcs11:token=a;objet=b?module-path=/m.so":                        `"objet" is not one of`,
		"pkcs11:token;object=b?module-path=/m.so":                         "want name=value",
		"pkcs11:token=%zz;object=b?module-path=/m.so":                     "want name=value",
		"pkcs11:slot-id=x;object=b?module-path=/m.so":                     "want a number",
		"pkcs11:slot-id=-1;object=b?module-path=/m.so":                    "want a number",
		"pkcs11:token=a;object=b;type=cert?module-path=/m.so":             "want private",
		"pkcs11:token=a;object=b?module-path=/m.so&pin-value=" + secret:   "pin-value: a PIN on a command line",
		"pkcs11:token=a;object=b?module-path=/m.so&pin-source=|" + secret: "pin-source: want a file",
		"pkcs11:token=a;object=b?module-path=/m.so&pin=" + secret:         `"pin" is not one of`,
		"pkcs11:": "no module",
	} {
		if _, err := hsm.ParseURI(uri, ""); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v, want %s", uri, err, want)
		}
	}
}
