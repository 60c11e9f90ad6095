# language: fr
@EXI-FI-28 @role:fournisseur-identite @mode:- @majeure @besoin:sans-indicateurs @besoin:piece
Fonctionnalité: Indicateurs pour l'autorité

  EXI FI 28. Un relevé d'indicateurs montre la politique d'accès : durée de session, moyens d'identification et force d'authentification admis. Dans un relevé CSV ou JSON, ces trois champs sont cherchés.

  Scénario: EXI-FI-28-D, le relevé d'indicateurs est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
    Et la pièce donne les indicateurs attendus
