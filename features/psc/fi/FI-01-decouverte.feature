# language: fr
@FI-01 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le fournisseur d'identité publie son document de découverte

  Le document de découverte est servi en JSON sous l'émetteur, sans détour ni démesure, nomme cet émetteur et
  porte tous les champs obligatoires, en adresses https ; ce qu'il annonce est servi.

  Scénario: FI-01-P1, le document de découverte est complet et nomme son émetteur
    Quand Pro Santé Connect lit la découverte du fournisseur d'identité
    Alors la découverte du fournisseur d'identité est complète

  Scénario: FI-01-P2, ce qu'annonce le document de découverte est servi
    Quand Pro Santé Connect lit la découverte du fournisseur d'identité
    Alors ce que le fournisseur d'identité annonce est servi
