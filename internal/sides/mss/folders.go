package mss

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// folderNames begin the names of folders, by the word of the features: as rev1 writes them (modified UTF-7, RFC 3501
// §5.1.3), and as rev2 does.
var folderNames = map[string][2]string{"simple": {"TF-MSS-", "TF-MSS-"}, "accentué": {"TF-MSS-&AOk-", "TF-MSS-é"}}

// handlesFolder makes, renames, lists and deletes a folder (IMAP-30, IMAP-31).
func handlesFolder(ctx context.Context, p *part, word string) error {
	names, ok := folderNames[word]
	if !ok {
		return fmt.Errorf("folder %q: no such word", word)
	}
	d, err := p.imapSession()
	if err != nil {
		return err
	}
	id, err := bench.NewUUID(p.Source)
	if err != nil {
		return err
	}
	offers, err := d.Capabilities(ctx)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "CAPABILITY : "+err.Error())
	}
	name := names[0]
	if slices.Contains(offers, "IMAP4REV2") && !slices.Contains(offers, "IMAP4REV1") {
		name = names[1]
	}
	first := personalPrefix(ctx, d) + name + id[:8]
	then := first + "-bis"
	for _, command := range []string{"CREATE " + quotedName(first), "RENAME " + quotedName(first) + " " + quotedName(then), `LIST "" ` + quotedName(then), "DELETE " + quotedName(then)} {
		r, err := d.Command(ctx, command)
		if err != nil {
			return p.Cannot(verdict.ReasonNoMessage, command+" : "+err.Error())
		}
		there := r.Code == "ALREADYEXISTS" && strings.HasPrefix(command, "CREATE")
		if there { // nobody else knows the name: the server came across what it had just made, as Dovecot may under load
			p.Remark("folder-there-already", command+": "+r.String())
		}
		p.line.box.folder = append(p.line.box.folder, operation{command, r.String(), r.OK() || there})
		if strings.HasPrefix(command, "LIST") {
			p.line.box.listed = slices.ContainsFunc(r.Untagged, func(l mail.IMAPLine) bool { return lists(l, then) })
		}
		if !r.OK() && !there {
			return nil // the rest would fail for want of the folder
		}
	}
	return nil
}

func quotedName(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// lists tells whether a line of LIST names a folder, as an atom, a quoted string or a literal.
func lists(l mail.IMAPLine, name string) bool {
	rest, ok := l.Data("LIST")
	if !ok {
		return false
	}
	named := strings.HasSuffix(rest, " "+name) || strings.HasSuffix(rest, " "+quotedName(name))
	return named || slices.ContainsFunc(l.Literals, func(b []byte) bool { return string(b) == name })
}

// personalPrefix is what the names of one's own folders begin with (RFC 2342); nothing where the server does not say.
func personalPrefix(ctx context.Context, d imapTalk) string {
	r, err := d.Command(ctx, "NAMESPACE")
	if err != nil || !r.OK() {
		return ""
	}
	said, _ := r.Find("NAMESPACE")
	_, rest, ok := strings.Cut(said, `(("`)
	if !ok {
		return ""
	}
	prefix, _, _ := strings.Cut(rest, `"`)
	return prefix
}

// folderHandled wants every operation granted, and the folder listed.
func folderHandled(_ context.Context, p *part) error {
	p.Checked()
	for _, o := range p.line.box.folder {
		switch {
		case !o.granted:
			p.Finds(p.Own("folder-refused", "OK", o.command+" : "+o.said))
		case strings.HasPrefix(o.command, "LIST") && !p.line.box.listed:
			p.Finds(p.Own("folder-unlisted", o.command, "—"))
		}
	}
	return nil
}

// asksCapabilities asks in the open session (IMAP-26).
func asksCapabilities(ctx context.Context, p *part) error {
	d, err := p.imapSession()
	if err != nil {
		return err
	}
	p.line.granted, p.line.said, p.line.dead = d.Ask(ctx, "CAPABILITY")
	return nil
}

// capabilitiesGiven wants OK (IMAP-26).
func capabilitiesGiven(_ context.Context, p *part) error {
	if errors.Is(p.line.dead, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "CAPABILITY", p.side.run.Patience.String())
	}
	p.Checked()
	if !p.line.granted {
		p.Sees(p.Own("capability-unanswered", "OK", strings.TrimSpace(p.line.said+" "+reason(p.line.dead))))
	}
	return nil
}

// reason is what an error says, or nothing.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// idlePatience is how long the arrival of mail may take to be told: a server that looks at mailboxes from time to time
// does so twice a minute.
const idlePatience = 45 * time.Second

// idles waits by IDLE while another session stores a message (IMAP-27).
func idles(ctx context.Context, p *part) error {
	waiting, err := p.oneMore(ctx, labelWaiting, idlePatience)
	if err != nil {
		return err
	}
	b := &p.line.box
	if b.idle, err = waiting.Command(ctx, "IDLE"); err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "IDLE : "+err.Error())
	}
	if b.idle.Status != "+" {
		return nil
	}
	other, err := p.oneMore(ctx, labelOther, 0)
	if err != nil {
		return err
	}
	if err := p.plants(ctx, other); err != nil {
		return err
	}
	for range maxTold {
		l, err := waiting.Unsolicited(ctx)
		if err != nil {
			b.told = append(b.told, err.Error())
			return nil
		}
		b.told = append(b.told, l.Text)
		if strings.HasSuffix(l.Text, " EXISTS") {
			_, _ = waiting.Continue(ctx, "DONE")
			return nil
		}
	}
	return nil
}

// maxTold is how many lines are read during IDLE.
const maxTold = 50

// arrivalTold wants EXISTS before DONE (IMAP-27).
func arrivalTold(_ context.Context, p *part) error {
	p.Checked()
	b := p.line.box
	if b.idle.Status != "+" {
		p.Finds(p.Own("idle-missing", "+", b.idle.String()))
		return nil
	}
	if !slices.ContainsFunc(b.told, func(s string) bool { return strings.HasSuffix(s, " EXISTS") }) {
		p.Finds(p.Own("idle-silent", "EXISTS", strings.Join(b.told, " / ")))
	}
	return nil
}
