package mutation

import "crypto/tls"

// clientTLSFaults open the link with a bad certificate, suite or identity (T01, T03 to T06, T08).
func clientTLSFaults() []Mutation {
	presents := func(credential string) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{ClientCertificate: credential} }
	}
	return []Mutation{
		{
			Name: "tls-client-certificate-absent", Violates: "T01",
			Title:   says("le client ne présente pas de certificat TLS", "the client presents no TLS certificate"),
			Conduct: presents(Absent),
		},
		{
			Name: "tls-client-certificate-unknown-ca", Violates: "T01",
			Title:   says("le certificat TLS du client vient d'une autorité inconnue", "the client's TLS certificate comes from an unknown authority"),
			Conduct: presents("tls~unknown-ca"),
		},
		{
			Name: "tls-client-certificate-expired", Violates: "T01",
			Title:   says("le certificat TLS du client est expiré", "the client's TLS certificate has expired"),
			Conduct: presents("tls~expired"),
		},
		{
			Name: "tls-client-certificate-not-yet-valid", Violates: "T01",
			Title:   says("le certificat TLS du client n'est pas encore valide", "the client's TLS certificate is not yet valid"),
			Conduct: presents("tls~not-yet-valid"),
		},
		{
			Name: "tls-client-certificate-revoked", Violates: "T01", Needs: []Need{Revocation},
			Title:   says("le certificat TLS du client est révoqué", "the client's TLS certificate is revoked"),
			Conduct: presents("tls~revoked"),
		},
		{
			Name: "tls-client-certificate-unlisted", Violates: "T01",
			Title:   says("le certificat TLS du client, d'une autorité sûre, n'est pas dans la convention", "the client's TLS certificate, from a trusted authority, is not in the convention"),
			Conduct: presents("tls~unlisted"),
		},
		{
			Name: "tls-version-ssl3", Violates: "T03",
			Title: says("le client n'offre que SSL 3", "the client offers SSL 3 alone"),
			Conduct: func(Honest) Conduct {
				return Conduct{Hello: &Hello{Version: 0x0300, Suites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}}}
			},
		},
		{
			Name: "tls-client-certificate-server-usage", Violates: "T04",
			Title:   says("le certificat TLS du client n'est fait que pour un serveur", "the client's TLS certificate is made for a server alone"),
			Conduct: presents("tls~server-auth-only"),
		},
		{
			Name: "tls-client-certificate-ca", Violates: "T04",
			Title:   says("le client présente un certificat d'autorité comme le sien", "the client presents an authority's certificate as its own"),
			Conduct: presents("tls~ca"),
		},
		{
			Name: "tls-client-certificate-rsa1024", Violates: "T05",
			Title:   says("la clé du certificat TLS du client est une RSA de 1024 bits", "the key of the client's TLS certificate is RSA of 1024 bits"),
			Conduct: presents("tls~rsa-1024"),
		},
		{
			Name: "tls-client-certificate-sha1", Violates: "T05",
			Title:   says("le certificat TLS du client est signé avec SHA-1", "the client's TLS certificate is signed with SHA-1"),
			Conduct: presents("tls~sha1"),
		},
		{
			Name: "tls-identity-of-other-organism", Violates: "T06", Needs: []Need{ThirdOrganism},
			Title:   says("un autre organisme de la convention ouvre le lien et présente le VI du client", "another organism of the convention opens the link and presents the client's VI"),
			Conduct: byOther(func(Honest, *Conduct) {}),
		},
		{
			Name: "tls-client-certificate-stale-crl", Violates: "T08", Needs: []Need{Revocation},
			Title:   says("la liste de révocation de l'autorité du client est périmée", "the revocation list of the client's authority is stale"),
			Conduct: presents("tls~stale-crl"),
		},
		{
			Name: "tls-client-certificate-ocsp-unreachable", Violates: "T08", Needs: []Need{Revocation},
			Title:   says("le répondeur OCSP de l'autorité du client est injoignable", "the OCSP responder of the client's authority is unreachable"),
			Conduct: presents("tls~ocsp-unreachable"),
		},
	}
}

// versionFaults offer an old version or weak suites of TLS alone, from either side (T03).
func versionFaults() []Mutation {
	only := func(version uint16) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{MinTLS: version, MaxTLS: version} }
	}
	return []Mutation{
		{
			Name: "tls-version-tls10", Violates: "T03",
			Title:   says("le partenaire n'offre que TLS 1.0", "the partner offers TLS 1.0 alone"),
			Conduct: only(tls.VersionTLS10),
		},
		{
			Name: "tls-version-tls11", Violates: "T03",
			Title:   says("le partenaire n'offre que TLS 1.1", "the partner offers TLS 1.1 alone"),
			Conduct: only(tls.VersionTLS11),
		},
		{
			Name: "tls-suite-weak", Violates: "T03",
			Title: says("le partenaire n'offre que des suites sans chiffrement ou de chiffrement faible", "the partner offers only suites without encryption or with weak encryption"),
			Conduct: func(Honest) Conduct {
				return Conduct{
					Hello:  &Hello{Version: tls.VersionTLS12, Suites: append(forgottenSuites(), weakSuites()...)},
					MinTLS: tls.VersionTLS12, MaxTLS: tls.VersionTLS12, Suites: weakSuites(),
				}
			},
		},
	}
}

// serverTLSFaults present a bad certificate to the client (T02, T04, T05).
func serverTLSFaults() []Mutation {
	presents := func(credential string) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{ServerCertificate: credential} }
	}
	return []Mutation{
		{
			Name: "tls-server-certificate-self-signed", Violates: "T02",
			Title:   says("le fournisseur présente un certificat autosigné", "the provider presents a self-signed certificate"),
			Conduct: presents("tls~self-signed"),
		},
		{
			Name: "tls-server-certificate-wrong-host", Violates: "T02",
			Title:   says("le certificat du fournisseur est au nom d'un autre serveur", "the provider's certificate is in the name of another server"),
			Conduct: presents("tls~wrong-host"),
		},
		{
			Name: "tls-server-certificate-expired", Violates: "T02",
			Title:   says("le certificat du fournisseur est expiré", "the provider's certificate has expired"),
			Conduct: presents("tls~expired"),
		},
		{
			Name: "tls-server-certificate-revoked", Violates: "T02", Needs: []Need{Revocation},
			Title:   says("le certificat du fournisseur est révoqué", "the provider's certificate is revoked"),
			Conduct: presents("tls~revoked"),
		},
		{
			Name: "tls-server-certificate-unknown-ca", Violates: "T02",
			Title:   says("le certificat du fournisseur vient d'une autorité inconnue", "the provider's certificate comes from an unknown authority"),
			Conduct: presents("tls~unknown-ca"),
		},
		{
			Name: "tls-server-certificate-client-usage", Violates: "T04",
			Title:   says("le certificat du fournisseur n'est fait que pour un client", "the provider's certificate is made for a client alone"),
			Conduct: presents("tls~client-auth-only"),
		},
		{
			Name: "tls-server-certificate-ca", Violates: "T04",
			Title:   says("le fournisseur présente un certificat d'autorité comme le sien", "the provider presents an authority's certificate as its own"),
			Conduct: presents("tls~ca"),
		},
		{
			Name: "tls-server-certificate-rsa1024", Violates: "T05",
			Title:   says("la clé du certificat du fournisseur est une RSA de 1024 bits", "the key of the provider's certificate is RSA of 1024 bits"),
			Conduct: presents("tls~rsa-1024"),
		},
		{
			Name: "tls-server-certificate-sha1", Violates: "T05",
			Title:   says("le certificat du fournisseur est signé avec SHA-1", "the provider's certificate is signed with SHA-1"),
			Conduct: presents("tls~sha1"),
		},
	}
}

// weakSuites are those that T03 forbids and that crypto/tls can still serve: RC4 and 3DES.
func weakSuites() []uint16 {
	return []uint16{
		tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
		tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
	}
}

// forgottenSuites are those that T03 forbids and that no library offers any more.
func forgottenSuites() []uint16 {
	return []uint16{
		0x0001, 0x0002, 0x003b, // NULL with MD5, SHA-1, SHA-256
		0x0003, 0x0006, 0x0008, // export RC4, RC2, DES
	}
}
