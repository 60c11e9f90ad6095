# language: fr
@GOV-02 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:piece-gov-02
Fonctionnalité: Une boîte sans authentification depuis douze mois est supprimée

  Les boîtes abandonnées sont supprimées.

  Scénario: GOV-02-D, la procédure de suppression et un extrait de journal sont joints
    Quand l'opérateur déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
