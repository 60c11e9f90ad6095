package idp_test

import "etalon/internal/bench/peertest"

// realPeers are the identity providers that the harness is measured on. docs/peers.md gives the texts on which each miss rests.
func realPeers() []realPeer {
	return []realPeer{
		{
			name: "oidc-provider, un émetteur par établissement", needs: []string{"node", "npm"}, start: startApart,
			misses: map[string]string{},
			wrongs: map[string]wrongSetting{
				"amr-missing":              {cases: "FI-25-P FI-36-N1 FI-39-N1"},
				"amr-text":                 {cases: "FI-25-P FI-27-N FI-36-N1 FI-39-N1"},
				"amr-unknown":              {cases: "FI-25-P FI-26-N FI-27-N FI-36-N1 FI-39-N1 FI-39-N2"},
				"any-strength":             {cases: "FI-26-N FI-36-N1 FI-39-N2"},
				"asked-strength":           {cases: "FI-39-N2"},
				"assertion-replayed":       {cases: "FI-22-N"},
				"auth-time-refreshed":      {cases: "FI-24-N1 FI-24-N2 FI-41-P"},
				"certificate-unchecked":    {cases: "FI-20-N3 FI-21-N1 FI-21-N2"},
				"code-of-another":          {cases: "FI-08-N"},
				"code-replayed":            {cases: "FI-07-N"},
				"crl-unread":               {cases: "FI-21-N2"},
				"hs256":                    {cases: "FI-47-N1"},
				"id-token-of-a-day":        {cases: "FI-48-P2"},
				"identity-missing":         {cases: "FI-34-P"},
				"indicators-open":          {cases: "FI-51-N"},
				"issuer-other":             {cases: "FI-01-P1 FI-02-N"},
				"logout-anywhere":          {cases: "FI-46-N1"},
				"logout-leaves-session":    {cases: "FI-45-P"},
				"max-age-unread":           {cases: "FI-43-P"},
				"none-announced":           {cases: "FI-47-N2"},
				"nonce-lost":               {cases: "FI-12-P1 FI-12-P2"},
				"one-subject":              {cases: "FI-29-N FI-30-N"},
				"pkce-unread":              {cases: "FI-13-N1 FI-13-N2"},
				"prompt-login-unread":      {cases: "FI-37-P FI-44-N"},
				"redirect-at-token-unread": {cases: "FI-09-N"},
				"redirect-by-prefix":       {cases: "FI-06-N1 FI-06-N4"},
				"secret-unread":            {cases: "FI-17-N1 FI-17-N2"},
				"session-of-a-day":         {cases: "FI-40-N1 FI-40-N2 FI-42-N"},
				"session-slides":           {cases: "FI-40-N2 FI-42-N"},
				"stack-shown":              {cases: "FI-50-N7"},
				"sub-is-email":             {cases: "FI-28-P2 FI-30-N"},
				"sub-recycled":             {cases: "FI-30-N"},
				"subject-unread":           {cases: "FI-20-N1"},
				"tls-1.0":                  {cases: "FI-04-N1 FI-04-N2"},
				"untraced":                 {cases: "FI-54-P FI-55-P"},
				"userinfo-other-sub":       {cases: "FI-35-N1"},
			},
		},
		{
			name: "oidc-provider, un émetteur pour tous", needs: []string{"node", "npm"}, start: startShared,
			misses: map[string]string{},
			wrongs: map[string]wrongSetting{"asked-establishment": {cases: "FI-32-N"}},
		},
		{
			name: "LemonLDAP::NG", needs: []string{"starman", "perl", peertest.LemonConfiguration}, start: startLemon,
			cases: "EXI-FI-11-P FI-37-P FI-38-N FI-44-N FI-47-N2 FI-50-N3",
			misses: map[string]string{
				"EXI-FI-11": "les pages disent lang=en : le gabarit l'écrit, les textes sont traduits par un script (profil)",
				"FI-37":     "prompt=login n'est pas entendu dans les cinq secondes d'une connexion (OIDC Core §3.1.2.1)",
				"FI-38":     "prompt=none sans session montre la page de connexion (OIDC Core §3.1.2.1)",
				"FI-44":     "max_age=0 est pris pour absent (OIDC Core §3.1.2.1)",
				"FI-50":     "prompt=none login, contraires, mènent à un code (OIDC Core §3.1.2.1)",
				"FI-47":     "none est annoncé parmi les algorithmes (profil)",
			},
			wrongs: map[string]wrongSetting{
				"sans amr":                   {cases: "FI-25-P FI-36-N1 FI-39-N1", changes: map[string]any{"oidcRPMetaDataMacros": map[string]any{}}},
				"client public":              {cases: "FI-17-N1 FI-17-N2 FI-18-N", changes: map[string]any{"client.Public": 1}},
				"HS256":                      {cases: "FI-47-N1", changes: map[string]any{"client.IDTokenSignAlg": "HS256"}},
				"identifiant de connexion":   {cases: "FI-30-N", changes: map[string]any{"client.UserIDAttr": "uid"}},
				"adresse comme identifiant":  {cases: "FI-28-P2 FI-30-N", changes: map[string]any{"client.UserIDAttr": "mail"}},
				"un jour de jeton":           {cases: "FI-48-P2", changes: map[string]any{"client.IDTokenExpiration": 86400}},
				"PKCE facultatif":            {cases: "FI-13-N1 FI-13-N2", changes: map[string]any{"client.RequirePKCE": 0}},
				"flux implicite":             {cases: "FI-15-N2", changes: map[string]any{"oidcServiceAllowImplicitFlow": 1}},
				"second facteur non demandé": {cases: "FI-25-P FI-36-N2 FI-36-N3 FI-39-N1", changes: map[string]any{"totp2fActivation": 0}},
			},
		},
	}
}
