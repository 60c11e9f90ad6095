# language: fr
@EXI-FI-33 @role:fournisseur-identite @mode:- @majeure @besoin:entite-etablissement @besoin:piece
Fonctionnalité: Gouvernance des moyens d'identification

  EXI FI 33. Les procédures de commande, d'enrôlement et de remise des moyens d'identification sont jointes.

  Scénario: EXI-FI-33-D, les procédures sur les moyens d'identification sont jointes
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
