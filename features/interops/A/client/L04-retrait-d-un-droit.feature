# language: fr
@L04 @role:client @mode:A @majeure
Fonctionnalité: Le retrait d'un droit prend effet

  Après le retrait d'un droit ou la déconnexion, ni nouveau VI ni VI conservé ne part.

  @besoin:retrait-droit @seul
  Scénario: L04-P, après le retrait du droit aucun appel ne part
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le droit de l'utilisateur "agent-habilite" est retiré
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun appel ne part
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:retrait-droit @seul
  Scénario: L04-N1, un VI conservé ne porte plus le PAGM retiré
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et le droit de l'utilisateur "agent-habilite" est retiré
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun VI émis ne porte plus le PAGM retiré
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:deconnexion @seul
  Scénario: L04-N2, aucun VI n'est émis après la déconnexion
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'utilisateur "agent-habilite" se déconnecte
    Et l'application appelle le service "principal" dans la session close de l'utilisateur "agent-habilite"
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire
