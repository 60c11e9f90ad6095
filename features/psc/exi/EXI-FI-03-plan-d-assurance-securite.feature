# language: fr
@EXI-FI-03 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Plan d'assurance sécurité

  EXI FI 03. Si la solution est hébergée par un tiers ou offerte comme un service, le plan d'assurance sécurité dit les mesures et les engagements de chacun ; sinon le candidat écarte cette exigence (`excludes`) en le disant.

  Scénario: EXI-FI-03-D, le plan d'assurance sécurité est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
