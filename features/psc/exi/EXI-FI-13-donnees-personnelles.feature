# language: fr
@EXI-FI-13 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Protection des données personnelles

  EXI FI 13. L'hébergement sécurisé des données personnelles est attesté, et leur confidentialité et leur intégrité décrites ; le canal lui-même est éprouvé par FI-04.

  Scénario: EXI-FI-13-D, l'attestation d'hébergement est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
