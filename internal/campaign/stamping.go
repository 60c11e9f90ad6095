package campaign

import (
	"context"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/record"
	"etalon/internal/store"
	"etalon/internal/timestamp"
	"etalon/internal/verdict"
)

// validity is for how many days an attestation of the desk holds.
func (d *Desk) validity() int {
	if d.config.Validity == 0 {
		return Validity
	}
	return d.config.Validity
}

// publish writes the archive and the views of a finished run. An authority that does not attest the signature, or lies, takes
// nothing from the run: its archive is signed without a time-stamp, which it tells, and the seal tells why.
func (d *Desk) publish(ctx context.Context, dir string, run *verdict.Run, lang string) (store.Seal, error) {
	seal, err := d.sealed(ctx, dir, run, lang, d.config.Stamp)
	if seal.Unstamped == "" || ctx.Err() != nil {
		return seal, err
	}
	plain, err := d.sealed(ctx, dir, run, lang, nil)
	plain.Unstamped = seal.Unstamped
	return plain, err
}

// sealed writes them with a time-stamp, or without where there is no authority. Where that of an authority is why it errs, the seal
// tells it, and nothing is written.
func (d *Desk) sealed(ctx context.Context, dir string, run *verdict.Run, lang string, stamp Stamper) (seal store.Seal, err error) {
	suite, err := d.suite()
	if err != nil {
		return seal, err
	}
	signer, err := d.signer()
	if err != nil {
		return seal, err
	}
	now := bench.Wall()
	sealing := Sealing{Signer: signer, At: now, Validity: d.validity()}
	seal.At, seal.NotAfter = now.UTC(), now.UTC().AddDate(0, 0, sealing.Validity)
	if stamp != nil {
		sealing.Stamp = func(document []byte) ([]byte, error) {
			reply, err := stamp(ctx, document)
			var token *timestamp.Token
			if err == nil {
				token, err = timestamp.Verify(reply, document, nil)
			}
			if err != nil {
				seal.Unstamped = err.Error()
				return nil, err
			}
			seal.Stamped, seal.Authority = token.Time, pki.Subject(token.Authority)
			return reply, nil
		}
	}
	return seal, Publish(dir, run, suite, sealing, lang)
}

// Stamp signs again the archive of a campaign that no authority attested, although one was to, and has it attest. What was published
// stays when it does not. It returns ErrStamped, or ErrUnstamped with why.
func (d *Desk) Stamp(ctx context.Context, owner, id string) error {
	d.sealing.Lock()
	defer d.sealing.Unlock()
	m, err := d.find(ctx, owner, id)
	if err != nil {
		return err
	}
	now := m.now()
	if now.State != store.Finished || now.Seal == nil || now.Seal.Unstamped == "" || d.config.Stamp == nil {
		return ErrStamped
	}
	dir := d.config.Store.Folder(id)
	run, err := record.Load(dir)
	if err != nil {
		return err
	}
	seal, err := d.sealed(ctx, dir, run, now.Tongue, d.config.Stamp)
	if seal.Unstamped != "" {
		return verdict.Tell("%s : %s", "%s: %s", ErrUnstamped, seal.Unstamped)
	}
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.campaign.Seal = &seal
	m.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	kept, err := d.config.Store.Campaign(ctx, "", id)
	if err != nil {
		return err
	}
	kept.Seal = &seal
	return d.config.Store.Save(ctx, kept)
}
