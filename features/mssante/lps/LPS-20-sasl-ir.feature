# language: fr
@LPS-20 @role:lps @mode:- @mineure
Fonctionnalité: SASL-IR sert quand il est offert

  Avec SASL-IR, une ligne ; sans lui, deux temps.

  @seul
  Scénario: LPS-20-P1, offert, SASL-IR sert
    Quand le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai rompt les liaisons du logiciel
    Et le logiciel ouvre la boîte
    Alors la réponse du logiciel est sur la ligne AUTHENTICATE

  @seul
  Scénario: LPS-20-P2, sans SASL-IR, la réponse suit l'invite
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai n'offre pas SASL-IR au logiciel
    Quand le logiciel ouvre la boîte
    Alors la réponse du logiciel suit l'invite
