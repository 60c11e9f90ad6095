# language: fr
@GOV-04 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:piece-gov-04
Fonctionnalité: Une boîte inutilisée est dépubliée de l'Annuaire

  Les boîtes inutilisées quittent l'Annuaire.

  Scénario: GOV-04-D, deux relevés de l'Annuaire et le journal des connexions sont joints
    Quand l'opérateur déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
