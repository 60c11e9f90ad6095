package main

import (
	"context"

	"etalon/cmd/internal/cli"
	"etalon/internal/campaign"
	"etalon/internal/seal"
)

// sealFlags say how an archive is signed, besides by whom.
type sealFlags struct{ cli.SealFlags }

// sealing is how the archive of a run will be signed; wrong flags are refused before anything is played.
func (f sealFlags) sealing(ctx context.Context, signer seal.Signer) (campaign.Sealing, error) {
	stamp, hint, err := f.Authority()
	if err != nil {
		return campaign.Sealing{}, hinted{err, hint, exitUsage}
	}
	return campaign.Sealing{Signer: signer, Validity: f.Validity, Stamp: stamp.Within(ctx)}, nil
}

// again is the command that makes the archive of a finished run that has none.
func (f sealFlags) again(place, signKey string) string {
	line := "conformance resume " + place
	for _, o := range [][2]string{{"--sign-key", signKey}, {"--tsa", f.TSA}, {"--tsa-roots", f.TSARoots}, {"--tsa-policy", f.TSAPolicy}} {
		if o[1] != "" {
			line += " " + o[0] + " " + o[1]
		}
	}
	return line
}
