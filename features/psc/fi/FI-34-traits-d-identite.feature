# language: fr
@FI-34 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Les traits d'identité sont donnés et cohérents

  Nom, prénom et adresse, ou les traits convenus, sont dans le jeton d'identité ou la réponse de userinfo, non
  vides, et les mêmes quand ils sont dans les deux. La liste du référentiel étant perdue, celle-ci
  est du profil de test.

  Scénario: FI-34-P, les traits d'identité sont donnés et cohérents
    Quand Pro Santé Connect demande au fournisseur d'identité qui est la personne
    Alors le jeton d'identité et la réponse du fournisseur d'identité donnent les traits d'identité
