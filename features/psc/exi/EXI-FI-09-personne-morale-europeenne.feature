# language: fr
@EXI-FI-09 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Personne morale européenne

  EXI FI 09. Un extrait de registre montre une personne morale immatriculée dans l'Union européenne.

  Scénario: EXI-FI-09-D, l'extrait de registre est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
