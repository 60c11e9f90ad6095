# language: fr
@EXI-FI-34 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Annonce des incidents en douze heures

  EXI FI 34. La procédure d'annonce à l'autorité en moins de douze heures, le contact et le dernier exercice sont joints.

  Scénario: EXI-FI-34-D, la procédure d'annonce des incidents est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
