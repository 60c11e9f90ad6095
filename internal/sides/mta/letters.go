package mta

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/missive"
	"etalon/internal/mssante"
	"etalon/internal/pdfsig"
)

// domainOf is the domain of a neighbour.
func domainOf(name string) string { return candidate.Neighbour{Name: name}.Domain() }

// The fields of the Référentiel #2 that a message bears to its recipient, with synthetic values.
const (
	fieldNIL     = "X-MSS-NIL: TEST000001"
	fieldINS     = "X-MSS-INS: O"
	fieldCODECDA = "X-MSS-CODECDA: 34112-3,11490-0"
)

// leastSize is what every operator takes (profile, message size); triedSize bounds the messages that are sent to try a size.
const (
	leastSize = 10 << 20
	triedSize = 64 << 20
)

// variant is one way for a neighbour to write to the candidate: it changes an honest message and its envelope.
type variant func(p *part, h *handed)

// ofLetter changes the letter alone.
func ofLetter(change func(l *letter.Letter)) variant {
	return func(_ *part, h *handed) { change(&h.letter) }
}

// variants are those by the words of the features.
func variants() map[string]variant {
	all := map[string]variant{
		"simple":               func(*part, *handed) {},
		"domaine-du-second":    func(_ *part, h *handed) { h.from("sonde@" + domainOf("second")) },
		"domaine-hors-liste":   func(_ *part, h *handed) { h.from("sonde@" + domainOf("inconnu")) },
		"expediteur-nul":       func(_ *part, h *handed) { h.Sender = "" },
		"pour-le-second":       func(_ *part, h *handed) { h.to(known + "-" + h.letter.Marker + "@" + domainOf("second")) },
		"destinataire-inconnu": func(p *part, h *handed) { h.to("inconnu-" + h.letter.Marker + "@" + p.domain()) },
		"avis-de-remise": func(p *part, h *handed) {
			if p.side.dsn {
				h.RcptWith = []string{"NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;" + h.Recipient}
			}
		},
		"vingt-serveurs": ofLetter(func(l *letter.Letter) { l.Fields = append(hops(20), l.Fields...) }),
		"boucle":         ofLetter(func(l *letter.Letter) { l.Fields = append(hops(looping), l.Fields...) }),
	}
	maps.Copy(all, sizeVariants())
	maps.Copy(all, wholeVariants())
	for name, end := range letter.FalseEnds() {
		all["contrebande-"+name] = func(_ *part, h *handed) { h.Data = h.letter.Smuggling(end) }
	}
	return all
}

// domain is that of the candidate's mailbox.
func (p *part) domain() string { return mssante.DomainOf(p.side.declared.Mailbox) }

func (h *handed) from(address string) { h.letter.From, h.Sender = address, address }

func (h *handed) to(address string) { h.letter.To, h.Recipient = address, address }

// looping is more servers than any limit has: one of 100 at least is what RFC 5321 §6.3 advises.
const looping = 400

// hops are the fields of n servers that a message passed.
func hops(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("Received: from relais-%d.test.invalid by relais-%d.test.invalid with ESMTPS; Thu, 01 Jan 2026 00:00:%02d +0000", i, i+1, i%60)
	}
	return all
}

// sizing tells what a case about the size of a message tries.
type sizing int

// A message whose size is declared too great and is not, and one that is too great; no such case otherwise.
const (
	declaredOnly sizing = iota + 1
	exceeded
)

// refusedForNow tells that a refusal is temporary, where that is no answer to what the case tries.
func (h *handed) refusedForNow() bool {
	return h.temporary() && !(h.size != 0 && h.Reply.Code == "452") // RFC 1870 §6.1
}

// sizeVariants are those of the size.
func sizeVariants() map[string]variant {
	return map[string]variant{
		"dix-mio": func(p *part, h *handed) {
			h.to(p.side.spare())
			h.Message = h.letter.Sized(leastSize)
		},
		"taille-declaree": func(p *part, h *handed) {
			h.MailWith, h.size = []string{"SIZE=" + strconv.Itoa(p.side.size+1)}, declaredOnly
		},
		"taille-depassee": func(p *part, h *handed) {
			h.to(p.side.spare())
			h.Message, h.size = h.letter.Sized(p.side.size+1<<20), exceeded
		},
	}
}

// spare is another mailbox of the candidate, for messages that are too great to be read back again and again; the usual one
// where there is no other.
func (s *Side) spare() string {
	for _, b := range s.shared.Mailboxes {
		if !b.Suspended && !b.Named(s.declared.Mailbox) && s.own(mssante.DomainOf(b.Address)) {
			return b.Address
		}
	}
	return s.declared.Mailbox
}

// wholeVariants are those of what must arrive as it was sent.
func wholeVariants() map[string]variant {
	fields := []string{fieldINS, fieldCODECDA, fieldNIL}
	return map[string]variant{
		"entetes-mss": func(_ *part, h *handed) {
			h.letter.Fields = fields
			h.kept = func(_, got letter.Received) string {
				for _, field := range fields {
					name, value, _ := strings.Cut(field, ": ")
					if got.Header.Get(name) != value {
						return "sans " + field
					}
				}
				return ""
			}
		},
		"longues-lignes": func(p *part, h *handed) { h.letter, h.kept = withAccents(h.letter, p.side.eight), sameText },
		"archive": func(_ *part, h *handed) {
			h.letter = attached(h.letter, letter.Part{Type: "application/zip", Name: "IHE_XDM.zip", Content: archive}, letter.Part{Type: "application/pdf", Name: "2026-01-31_CR_TEST_Anne.pdf", Content: document})
			h.kept = sameParts
		},
		"accuse": func(p *part, h *handed) { h.letter, h.kept = receiptOf(h.letter, p.side.declared.Mailbox), sameReceipt },
		"malveillante": func(_ *part, h *handed) {
			h.letter = attached(h.letter, letter.Part{Type: "application/octet-stream", Name: "essai.com", Content: []byte(letter.MalwareTest())})
		},
	}
}

// archive and document stand for an IHE_XDM archive and its document: both are whole, for a filter refuses what is broken.
// The archive holds octets of every value.
var (
	archive  = missive.Pack([]missive.File{{Name: "IHE_XDM/SUBSET01/DOC0001.BIN", Content: every(4096)}})
	document = pdfsig.Make("Compte rendu d'essai")
)

func every(n int) []byte {
	all := make([]byte, n)
	for i := range all {
		all[i] = byte(i * 7)
	}
	return all
}

// text is what the subject and the body of a message with accents hold.
const text = "Compte rendu d'hospitalisation : œdème, 38 °C, à revoir dès le 3 août"

// withAccents gives a letter a subject with accents (RFC 2047) and lines of 998 octets, in eight bits where they are offered.
func withAccents(l letter.Letter, eight bool) letter.Letter {
	l.Fields = append(l.Fields, "X-Sujet: "+mime.QEncoding.Encode("utf-8", text))
	line := strings.Repeat("a", 998)
	l.Body = line + "\r\n" + line + "\r\n"
	if eight {
		l.Body, l.Encoding = text+"\r\n"+l.Body, "8bit"
	}
	return l
}

// sameText compares texts.
func sameText(sent, got letter.Received) string {
	if a, b := sent.Header.Get("X-Sujet"), got.Header.Get("X-Sujet"); a != b {
		return fmt.Sprintf("%q au lieu de %q", b, a)
	}
	if sent.Body != got.Body {
		return fmt.Sprintf("%d octets au lieu de %d : %.80q", len(got.Body), len(sent.Body), got.Body)
	}
	return ""
}

// sameParts compares the digests of attachments.
func sameParts(sent, got letter.Received) string {
	want, err := letter.Parts(sent.Raw)
	if err != nil {
		return err.Error()
	}
	have, err := letter.Parts(got.Raw)
	if err != nil {
		return err.Error()
	}
	for _, w := range want[1:] {
		i := slices.IndexFunc(have, func(h letter.Part) bool { return h.Name == w.Name })
		if i < 0 {
			return "sans " + w.Name
		}
		if a, b := sha256.Sum256(w.Content), sha256.Sum256(have[i].Content); a != b {
			return fmt.Sprintf("%s : sha256:%x au lieu de sha256:%x", w.Name, b, a)
		}
	}
	return ""
}

// receiptOf makes a letter a receipt of reading (RFC 8098).
func receiptOf(l letter.Letter, reader string) letter.Letter {
	const boundary = "accuse-de-lecture"
	l.Type = `multipart/report; report-type=disposition-notification; boundary="` + boundary + `"`
	l.Body = strings.Join([]string{
		"--" + boundary, "Content-Type: text/plain; charset=us-ascii", "", "Le message a ete affiche.",
		"--" + boundary, "Content-Type: message/disposition-notification", "", "Final-Recipient: rfc822; " + reader, "Original-Message-ID: " + original(l),
		"Disposition: manual-action/MDN-sent-manually; displayed", "", "--" + boundary + "--", "",
	}, "\r\n")
	return l
}

// original is the message that a receipt is about.
func original(l letter.Letter) string { return "<lu-" + l.Marker + "@" + domainOf("voisin") + ">" }

// sameReceipt wants the receipt to be one, about the same message.
func sameReceipt(sent, got letter.Received) string {
	if a, b := kind(sent), kind(got); a != b {
		return b + " au lieu de " + a
	}
	want, err := missive.Read(sent.Raw)
	if err != nil {
		return err.Error()
	}
	have, err := missive.Read(got.Raw)
	if err != nil {
		return err.Error()
	}
	if a, b := want.Receipt(), have.Receipt(); b == nil || a.OriginalID != b.OriginalID {
		return "sans Original-Message-ID: " + a.OriginalID
	}
	return ""
}

// kind is the content type of a message, with the type of report.
func kind(r letter.Received) string {
	k, parameters := letter.MediaOf(r.Header)
	return k + "; report-type=" + strings.ToLower(parameters["report-type"])
}

// attached gives a letter attachments.
func attached(l letter.Letter, parts ...letter.Part) letter.Letter {
	l.Type, l.Body = letter.Mixed("parties-"+l.Marker, "Ci-joint, un essai.", parts...)
	return l
}

// neighbourly is an honest message from the honest neighbour to the candidate's mailbox.
func (p *part) neighbourly() (handed, error) {
	marker, err := letter.Marker(p.Source)
	if err != nil {
		return handed{}, err
	}
	return p.from(marker), nil
}

// from is that message with a marker.
func (p *part) from(marker string) handed {
	s := p.side
	from := "sonde-" + marker + "@" + domainOf("voisin")
	return handed{
		letter: letter.Letter{From: from, To: s.declared.Mailbox, Marker: marker, Date: s.run.Bench.Clock.Now(), Fields: []string{fieldNIL}, Body: "Ceci est un essai.\r\n"},
		Posted: mail.Posted{Posting: mail.Posting{Sender: from, Recipient: s.declared.Mailbox}},
	}
}

// written is the message with its octets, unless a variant wrote them.
func (h handed) written() handed {
	if h.Message == nil && h.Data == nil {
		h.Message = h.letter.Bytes()
	}
	if h.letter.Encoding == "8bit" {
		h.MailWith = append(h.MailWith, "BODY=8BITMIME")
	}
	return h
}
