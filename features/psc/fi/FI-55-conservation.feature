# language: fr
@FI-55 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: Les traces sont gardées trois mois

  Une trace se lit encore quatre-vingt-dix jours après, ou la politique de conservation et un extrait de cet âge
  sont joints.

  @seul @besoin:traces-identite @besoin:horloge-identite
  Scénario: FI-55-P, la trace d'une connexion se lit quatre-vingt-dix jours après
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand 7776000 secondes passent chez le fournisseur d'identité
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
    Alors la trace du fournisseur d'identité se lit encore

  @besoin:sans-traces-et-horloge @besoin:piece
  Scénario: FI-55-D, la politique de conservation et un extrait sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
    Et la pièce remonte à 90 jours au moins
