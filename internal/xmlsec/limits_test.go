package xmlsec_test

import (
	"crypto"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"

	"etalon/internal/xmlsec"
)

// TestLimits asks for each limit exactly, then for one more.
func TestLimits(t *testing.T) {
	limits := xmlsec.Limits{Bytes: 60, Depth: 3, Elements: 4, Attributes: 2, Text: 5}
	tests := []struct {
		name, most, more string
		kind             xmlsec.ParseKind
	}{
		{"bytes", "<a>" + strings.Repeat("1234 <!---->", 4) + "12</a>", "<a>" + strings.Repeat("1234 <!---->", 4) + "12345</a> ", xmlsec.ParseOversized},
		{"depth", "<a><a><a></a></a></a>", "<a><a><a><a/></a></a></a>", xmlsec.ParseTooDeep},
		{"elements", "<a><a/><a/><a/></a>", "<a><a/><a/><a/><a/></a>", xmlsec.ParseOversized},
		{"attributes", "<a b='' c=''/>", "<a b='' c='' d=''/>", xmlsec.ParseOversized},
		{"attribute value", "<a b='12345'/>", "<a b='123456'/>", xmlsec.ParseOversized},
		{"text", "<a>12345</a>", "<a>123456</a>", xmlsec.ParseOversized},
		{"text at the end", "<a/>\n\n\n\n\n", "<a/>\n\n\n\n\n\n", xmlsec.ParseOversized},
		{"cdata", "<a><![CDATA[12345]]></a>", "<a><![CDATA[123456]]></a>", xmlsec.ParseOversized},
		{"comment", "<!--12345--><a/>", "<!--123456--><a/>", xmlsec.ParseOversized},
		{"instruction", "<?a 345?><a/>", "<?a 3456?><a/>", xmlsec.ParseOversized},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := xmlsec.Parse([]byte(test.most), limits); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			var refused *xmlsec.ParseError
			if _, err := xmlsec.Parse([]byte(test.more), limits); !errors.As(err, &refused) || refused.Kind != test.kind {
				t.Errorf("beyond the limit: %v, want %s", err, test.kind)
			}
		})
	}
}

func TestParseErrorQuotesLittle(t *testing.T) {
	_, err := xmlsec.Parse([]byte("<a>\n</"+strings.Repeat("b", 10000)+">"), xmlsec.DefaultLimits)
	want := `parse xml: malformed, line 2: end tag "` + strings.Repeat("b", 40) + `…" closes nothing`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// broken is a signing device that returns what it should not.
type broken struct {
	crypto.Signer
	answer []byte
	err    error
}

func (b broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return b.answer, b.err }

func TestSignWithBrokenDevice(t *testing.T) {
	wide, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).Lsh(big.NewInt(1), 300), big.NewInt(1)})
	if err != nil {
		t.Fatal(err)
	}
	for name, device := range map[string]broken{
		"failing":  {err: errors.New("unplugged")},
		"no pair":  {answer: []byte("r and s")},
		"too wide": {answer: wide},
	} {
		device.Signer = key(t, "p256")
		r := honest(t, "p256")
		r.Key = device
		doc := parse(t, envelope)
		if sig, err := r.Sign(nil, doc.FindElement("//Assertion"), 0); err == nil || sig != nil {
			t.Errorf("%s: no error", name)
		}
		if doc.FindElement("//Signature") != nil {
			t.Errorf("%s: a signature is left in the document", name)
		}
	}
}
