# language: fr
@EXI-FI-31 @role:fournisseur-identite @mode:- @majeure @besoin:entite-etablissement @besoin:piece
Fonctionnalité: Gestion des identités établie

  EXI FI 31. La gestion des identités de l'établissement est décrite : répertoire, arrivées, départs, synchronisation.

  Scénario: EXI-FI-31-D, la gestion des identités est décrite
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
