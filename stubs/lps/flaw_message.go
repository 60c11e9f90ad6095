package lps

import (
	"bytes"
	"slices"
	"strings"

	"etalon/internal/missive"
)

// changing changes what is written.
func changing(change func(*missive.Draft)) func(*policy) {
	return func(p *policy) { p.changes = append(p.changes, change) }
}

// messageFlaws neglect the form of messages (LPS-29 to LPS-41, LPS-51).
func messageFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-reference", "LPS-29 LPS-30", "", "n'écrit pas X-MSS-NIL", "does not write X-MSS-NIL", func(p *policy) { p.forgetsNIL = true }),
		neglecting("writes-other-reference", "LPS-29", "", "écrit autre chose dans X-MSS-NIL", "writes something else in X-MSS-NIL", func(p *policy) { p.otherNIL = true }),
		neglecting("marks-documents-only", "LPS-30", "LPS-29", "n'écrit X-MSS-NIL qu'avec des documents", "writes X-MSS-NIL with documents alone", func(p *policy) { p.nilWithDocuments = true }),
		neglecting("forgets-codes", "LPS-31", "", "n'écrit pas X-MSS-CODECDA", "does not write X-MSS-CODECDA", func(p *policy) { p.forgetsCodes = true }),
		neglecting("writes-first-code", "LPS-31", "", "ne dit que le premier type de document", "tells the first kind of document alone", func(p *policy) { p.firstCode = true }),
		neglecting("writes-codes-always", "LPS-32", "", "écrit X-MSS-CODECDA sans document", "writes X-MSS-CODECDA without document", func(p *policy) { p.codesAlways = true }),
		neglecting("forgets-ins", "LPS-33", "", "n'écrit pas X-MSS-INS", "does not write X-MSS-INS", func(p *policy) { p.forgetsINS = true }),
		neglecting("qualifies-every-ins", "LPS-33", "", "dit toute INS qualifiée", "says that any INS is qualified", func(p *policy) { p.qualifiesAll = true }),
		neglecting("writes-ins-always", "LPS-34", "", "écrit X-MSS-INS sans document", "writes X-MSS-INS without document", func(p *policy) { p.insAlways = true }),
		neglecting("forgets-end", "LPS-35", "", "ne dit pas la fin de la discussion", "does not tell the end of the discussion", func(p *policy) { p.forgetsEnd = true }),
		neglecting("writes-end-small", "LPS-35", "", "écrit la fin en minuscules", "writes the end in small letters", func(p *policy) { p.smallEnd = true }),
		neglecting("ends-always", "LPS-36", "", "dit la fin à un professionnel", "tells the end to a professional", func(p *policy) { p.endAlways = true }),
		neglecting("forgets-message-id", "LPS-37", "", "n'écrit pas Message-ID", "does not write Message-ID", changing(func(d *missive.Draft) { d.MessageID = "" })),
		neglecting("breaks-references", "LPS-37", "", "perd la chaîne des références", "loses the chain of references", func(p *policy) { p.breaksReferences = true }),
		neglecting("unlinks-replies", "LPS-37", "", "ne lie pas la réponse", "does not link the answer", func(p *policy) { p.unlinksReplies = true }),
		neglecting("writes-html-only", "LPS-38", "", "n'écrit qu'en HTML", "writes HTML alone", changing(func(d *missive.Draft) { d.Type = "text/html" })),
		neglecting("writes-latin", "LPS-39", "", "écrit en ISO 8859-1", "writes ISO 8859-1", changing(func(d *missive.Draft) { d.Charset = "iso-8859-1" })),
		neglecting("misnames-charset", "LPS-39", "", "dit un autre jeu de caractères", "names another character set", changing(func(d *missive.Draft) { d.Charset = "windows-1252" })),
		neglecting("hides-author", "LPS-40", "", "n'écrit que l'adresse de l'auteur", "writes the address of the author alone", changing(func(d *missive.Draft) { d.Name = "" })),
		neglecting("names-author-otherwise", "LPS-40", "", "nomme l'auteur autrement", "names the author otherwise", changing(func(d *missive.Draft) { d.Name = strings.ToLower(d.Name) })),
		neglecting("asks-no-report", "LPS-41", "", "ne demande pas d'avis de remise", "asks for no report of delivery", func(p *policy) { p.asksNoReport = true }),
		neglecting("asks-for-failures-alone", "LPS-41", "", "ne demande d'avis que des échecs", "asks for reports of failure alone", func(p *policy) { p.failuresAlone = true }),
		neglecting("asks-for-reading-instead", "LPS-41", "", "demande un accusé de lecture au lieu d'un avis de remise", "asks for a receipt of reading in the place of a report of delivery",
			func(p *policy) { p.asksByField = "Disposition-Notification-To" }),
		neglecting("sends-any-size", "LPS-51", "", "envoie plus de 25 Mo à un patient", "sends more than 25 MB to a patient", func(p *policy) { p.sendsAnySize = true }),
	}
}

// within changes the members of the archive.
func inArchive(change func([]missive.File) []missive.File) func(*policy) {
	return func(p *policy) { p.archive = change }
}

// altered replaces a text in METADATA.XML.
func altered(change func(metadata []byte) []byte) func(*policy) {
	return inArchive(func(files []missive.File) []missive.File {
		for i, f := range files {
			if strings.HasSuffix(f.Name, "METADATA.XML") {
				files[i].Content = change(f.Content)
			}
		}
		return files
	})
}

// lacking drops a member.
func lacking(name string) func(*policy) {
	return inArchive(func(files []missive.File) []missive.File {
		return slices.DeleteFunc(files, func(f missive.File) bool { return strings.HasSuffix(f.Name, name) })
	})
}

// value changes what a slot says, of the first document.
func value(slot, says string) func(*policy) {
	return altered(func(metadata []byte) []byte {
		head := []byte(`<Slot name="` + slot + `"><ValueList><Value>`)
		before, after, found := bytes.Cut(metadata, head)
		if !found {
			return metadata
		}
		_, rest, _ := bytes.Cut(after, []byte("</Value>"))
		return slices.Concat(before, head, []byte(says), []byte("</Value>"), rest)
	})
}

// documentFlaws neglect documents (LPS-44 to LPS-47).
func documentFlaws() []Flaw {
	return []Flaw{
		neglecting("writes-plain-subject", "LPS-44", "", "n'a pas le sujet attendu avec des documents", "has not the expected subject with documents", func(p *policy) { p.plainSubject = true }),
		neglecting("forgets-archive", "LPS-45", "", "ne joint pas l'archive", "does not join the archive", func(p *policy) { p.forgetsArchive = true }),
		neglecting("names-archive-otherwise", "LPS-45", "", "nomme l'archive autrement", "names the archive otherwise", func(p *policy) { p.archiveName = "documents.zip" }),
		neglecting("forgets-readme", "LPS-45", "", "oublie README.TXT", "forgets README.TXT", lacking("README.TXT")),
		neglecting("forgets-metadata", "LPS-45", "LPS-31 LPS-46", "oublie METADATA.XML", "forgets METADATA.XML", lacking("METADATA.XML")),
		neglecting("loses-document", "LPS-45", "LPS-31 LPS-46", "perd un document", "loses a document", lacking("DOC00001.XML")),
		neglecting("writes-wrong-hash", "LPS-45", "", "dit une autre empreinte", "tells another hash", value("hash", strings.Repeat("0", 40))),
		neglecting("writes-wrong-size", "LPS-45", "", "dit une autre taille", "tells another size", value("size", "1")),
		neglecting("takes-other-patient", "LPS-46", "", "joint les documents d'un autre patient", "joins the documents of another patient", func(p *policy) { p.otherPatient = true }),
		neglecting("forgets-pdf", "LPS-47", "", "ne joint pas de PDF", "joins no PDF", func(p *policy) { p.forgetsPDF = true }),
		neglecting("names-pdf-otherwise", "LPS-47", "", "nomme le PDF autrement", "names the PDF otherwise", func(p *policy) { p.pdf = func(f *missive.File) { f.Name = "document.pdf" } }),
		neglecting("joins-plain-pdf", "LPS-47", "", "joint un PDF qui n'est pas d'archivage", "joins a PDF that is not for archives",
			func(p *policy) {
				p.pdf = func(f *missive.File) {
					f.Content = bytes.ReplaceAll(f.Content, []byte("pdfaid:part>1<"), []byte("pdfaid:part>0<"))
				}
			}),
	}
}

// readingFlaws neglect what is received (LPS-42, LPS-43, LPS-48).
func readingFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-receipt", "LPS-42", "", "n'envoie pas l'accusé demandé", "does not send the receipt that is asked for", func(p *policy) { p.forgetsReceipt = true }),
		neglecting("writes-receipt-as-text", "LPS-42", "", "écrit l'accusé comme un message", "writes the receipt as a message",
			func(p *policy) { p.receipt = func(d *missive.Draft) { d.Report = "" } }),
		neglecting("writes-receipt-of-another", "LPS-42", "", "n'accuse pas le bon message", "acknowledges another message",
			func(p *policy) {
				p.receipt = func(d *missive.Draft) {
					d.Notification = missive.Notification(d.From, "<autre@test.invalid>", "manual-action/MDN-sent-manually; displayed")
				}
			}),
		neglecting("sends-receipts-unasked", "LPS-43", "", "envoie un accusé que personne n'a demandé", "sends a receipt that nobody asked for", func(p *policy) { p.receiptsAlways = true }),
		neglecting("breaks-on-archive", "LPS-48", "", "s'arrête devant une archive hostile", "stops before a hostile archive", func(p *policy) { p.breaksOnArchive = true }),
	}
}
