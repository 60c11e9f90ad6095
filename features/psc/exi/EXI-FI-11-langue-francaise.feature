# language: fr
@EXI-FI-11 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur
Fonctionnalité: Langue française

  EXI FI 11. Les pages de connexion et d'erreur, la documentation et l'assistance sont en français. Les deux premières sont
  demandées ; la pièce montre les autres.

  Scénario: EXI-FI-11-P, les pages de connexion et d'erreur disent qu'elles sont en français
    Quand les pages du fournisseur d'identité sont demandées en français
    Alors les pages du fournisseur d'identité sont en français

  @besoin:piece
  Scénario: EXI-FI-11-D, les pages et l'assistance en français sont montrées
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
