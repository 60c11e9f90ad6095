# language: fr
@L04 @role:client @mode:P @majeure
Fonctionnalité: Un droit retiré n'est plus exercé

  Après le retrait d'un PAGM ou la déconnexion, aucun VI n'est émis pour cette personne dans cette session.

  @besoin:retrait-droit @seul
  Scénario: L04-P, après le retrait du droit rien ne part, même d'une session ouverte avant
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et le droit de l'utilisateur "agent-habilite" est retiré
    Et il demande le service "principal"
    Alors aucun appel ne part
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:retrait-droit @seul
  Scénario: L04-N1, le PAGM retiré ne sort plus, même d'une session qui a déjà servi
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Et le droit de l'utilisateur "agent-habilite" est retiré
    Et il demande le service "principal"
    Alors aucun VI émis ne porte plus le PAGM retiré
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:deconnexion @seul
  Scénario: L04-N2, aucun VI n'est émis après la déconnexion
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Et l'utilisateur "agent-habilite" se déconnecte
    Et il demande le service "principal"
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire
