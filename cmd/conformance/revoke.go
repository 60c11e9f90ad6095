package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/pki"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// revokeCommand withdraws signed archives: it makes, or extends, a signed list of withdrawn attestations.
type revokeCommand struct {
	Archive []string `arg:"" optional:"" help:"${withdrawn}"`
	Reason  string   `placeholder:"TEXTE" help:"${withdrawalreason}"`
	List    string   `required:"" placeholder:"FICHIER" help:"${withdrawals}"`
	Days    int      `placeholder:"JOURS" default:"30" help:"${listdays}"`
	SignKey string   `placeholder:"FICHIER" required:"" help:"${signkey}"`
}

const revokeExample = `conformance revoke report.zip --reason "mauvais candidat" --list retraits.json --sign-key operateur.p12`

// Run verifies the archives, adds them to the list and signs it again.
func (c *revokeCommand) Run(s *streams) error {
	if len(c.Archive) > 0 && strings.TrimSpace(c.Reason) == "" {
		return hinted{verdict.Tell("--reason : dites pourquoi l'attestation est retirée", "--reason: want why the attestation is withdrawn"), revokeExample, exitUsage}
	}
	now := time.Now()
	signer, err := campaign.LoadSigner(c.SignKey, os.Getenv("ETALON_SIGN_PASSWORD"), now)
	if err != nil {
		return hinted{err, revokeExample, exitUsage}
	}
	list, err := c.begun(signer)
	if err != nil {
		return hinted{err, revokeExample, exitUsage}
	}
	for _, place := range c.Archive {
		v, err := openArchive(place)
		if err != nil {
			return hinted{verdict.Tell("%s : %s", "%s: %s", place, err), "docs/verify.md", exitUsage}
		}
		list.Withdraw(v, c.Reason, now)
		if !bytes.Equal(v.Signer.RawSubjectPublicKeyInfo, signer.Chain[0].RawSubjectPublicKeyInfo) {
			s.say("à savoir : %s est signée par %s ; ce retrait ne vaut que pour qui se fie à votre clé (--roots)", "to know: %s is signed by %s; this withdrawal counts only for those who trust your key (--roots)", place, pki.Subject(v.Signer))
		}
	}
	raw, err := list.Seal(signer, now, c.Days)
	if err != nil {
		return hinted{err, revokeExample, exitUsage}
	}
	if err := keepFile("", c.List, raw); err != nil {
		return err
	}
	s.say("%s : %d attestations retirées, par %s ; vaut jusqu'au %s", "%s: %d attestations withdrawn, by %s; holds until %s", c.List, len(list.Withdrawn), list.Issuer, list.NextUpdate.Format(time.RFC3339))
	return nil
}

// begun is the list that is there, which must be sound and of the same signer, or an empty one.
func (c *revokeCommand) begun(signer seal.Signer) (*seal.Withdrawals, error) {
	raw, err := readBounded(c.List, maxList)
	if errors.Is(err, os.ErrNotExist) && len(c.Archive) > 0 {
		return &seal.Withdrawals{}, nil
	}
	if err != nil {
		return nil, err
	}
	list, chain, err := seal.ReadWithdrawals(raw)
	if err != nil {
		return nil, verdict.Tell("%s : %s", "%s: %s", c.List, err)
	}
	was, is := chain[0], signer.Chain[0]
	renewed := bytes.Equal(was.RawSubject, is.RawSubject) && bytes.Equal(was.RawIssuer, is.RawIssuer)
	if !renewed && !bytes.Equal(was.RawSubjectPublicKeyInfo, is.RawSubjectPublicKeyInfo) {
		return nil, verdict.Tell("%s : cette liste est de %s : donnez une liste à vous", "%s: the list is of %s: give a list of your own", c.List, pki.Subject(was))
	}
	return list, nil
}
