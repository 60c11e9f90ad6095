# language: fr
@FI-54 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: La trace d'une connexion dit tout d'elle

  La trace d'une connexion porte la personne, l'établissement, le moyen, l'instant, l'adresse, le client et le
  résultat.

  @besoin:traces-identite
  Scénario: FI-54-P, la trace d'une connexion faite par l'étalon dit tout d'elle
    Quand une personne se connecte chez le fournisseur d'identité
    Alors la trace du fournisseur d'identité dit tout de cette connexion

  @besoin:sans-traces-identite @besoin:piece
  Scénario: FI-54-D, un extrait de traces est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
