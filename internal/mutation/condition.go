package mutation

import "etalon/internal/saml"

// conditionFaults put an unknown condition in the VI (V16). That a OneTimeUse is ignored shows on replay.
func conditionFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-condition-unknown", Violates: "V16",
			Title: says("le VI porte une condition d'un type privé, que personne ne sait évaluer", "the VI bears a condition of a private type, which nobody can evaluate"),
			Form: func(_ Honest, f *saml.Form) error {
				conditions, err := descend(f.VI, "Conditions")
				if err != nil {
					return err
				}
				condition := kin(conditions, "Condition")
				condition.CreateAttr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
				condition.CreateAttr("xmlns:etalon", privateNamespace)
				condition.CreateAttr("xsi:type", "etalon:ConditionPrivee")
				conditions.AddChild(condition)
				return nil
			},
		},
	}
}

// replayFaults send a VI a second time where it must not serve again (V16, L05, L06).
func replayFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-onetimeuse-replayed", Violates: "V16", SameAs: "L05",
			Title:   says("un VI à usage unique est présenté une seconde fois", "a VI for one time use is presented a second time"),
			Conduct: func(Honest) Conduct { return Conduct{Replay: &Replay{OneTimeUse: true}} },
		},
		{
			Name: "vi-replayed", Violates: "L06", Modes: responses,
			Title:   says("un VI déjà accepté est présenté une seconde fois", "a VI already accepted is presented a second time"),
			Conduct: func(Honest) Conduct { return Conduct{Replay: &Replay{}} },
		},
		{
			Name: "vi-replayed-other-tls-identity", Violates: "L05", Needs: []Need{SecondIdentity}, Modes: soapOnly,
			Title:   says("un VI déjà accepté revient par une autre identité TLS du même organisme", "a VI already accepted comes back through another TLS identity of the same organism"),
			Conduct: func(Honest) Conduct { return Conduct{Replay: &Replay{ClientCertificate: "tls-2"}} },
		},
	}
}
