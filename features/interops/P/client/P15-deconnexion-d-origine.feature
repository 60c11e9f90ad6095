# language: fr
@P15 @role:client @mode:P @majeure @besoin:deconnexion-du-portail @besoin:liaison-mutuelle
Fonctionnalité: La déconnexion locale ferme la session extérieure

  Après la déconnexion chez lui, l'agent n'atteint plus les pages du fournisseur par le portail.

  Scénario: P15-P, après la déconnexion le service demande une nouvelle connexion
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Et il se déconnecte du portail
    Et il demande le service "principal"
    Alors la page du service n'est plus servie
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: P15-N1, la page déjà vue n'est plus servie
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Et il se déconnecte du portail
    Et il redemande la page où il était
    Alors la page du service n'est plus servie
    Et un appel honnête parvient de nouveau au partenaire
