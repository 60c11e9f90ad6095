# language: fr
@X01 @role:client @mode:A @mode:P @mode:R @bloquante @besoin:traces
Fonctionnalité: Chaque VI créé est tracé

  Tout VI parvenu au partenaire figure dans la trace du client ; un VI fait et non envoyé y est dit tel.

  @role:operateur-authentification @mode:S
  Scénario: X01-P, le VI émis est tracé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la trace du candidat nomme le VI émis

  @besoin:utilisateurs-multiples @role:operateur-authentification @mode:S
  Scénario: X01-N1, aucun VI parvenu au partenaire ne manque à la trace
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application lance 20 appels parallèles, un par utilisateur
    Alors chaque VI parvenu au partenaire figure dans la trace du candidat

  @besoin:liaison-mutuelle
  Scénario: X01-N2, un VI qui n'est pas parti n'est pas tracé comme envoyé
    # Le partenaire est méconnaissable : le VI a pu être fait, il ne peut pas être parti.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire se présente avec la faute "tls-server-certificate-unknown-ca"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la trace du candidat ne dit pas envoyé un VI qui n'est pas parvenu
    Et un appel honnête parvient de nouveau au partenaire
