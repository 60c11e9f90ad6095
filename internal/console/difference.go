package console

import (
	"cmp"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/store"
)

// difference compares a faulty request with its honest twin; nil when one of them is no longer kept.
func (c *Console) difference(twin, sent store.Message) *difference {
	honest, faulty := c.kept(&twin), c.kept(&sent)
	if honest == nil || faulty == nil {
		return nil
	}
	head := cmp.Or(sent.Head, "POST /") // what a form carries is written out beneath a head alone
	lines, cut := legible.Differences(whole(cmp.Or(twin.Head, head), honest), whole(head, faulty))
	return &difference{lines, cut}
}

// whole is a message with its head, as HTTP writes it.
func whole(head string, body []byte) []byte {
	line, rest, _ := strings.Cut(head, "\n")
	if len(strings.Fields(line)) == 2 && !strings.Contains(line, ": ") {
		line += " HTTP/1.1"
	}
	return append([]byte(strings.ReplaceAll(strings.TrimSpace(line+"\n"+rest), "\n", "\r\n")+"\r\n\r\n"), body...)
}
