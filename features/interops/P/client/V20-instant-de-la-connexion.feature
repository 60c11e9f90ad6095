# language: fr
@V20 @role:client @mode:P @majeure
Fonctionnalité: Le VI dit la session réelle de l'utilisateur

  Identifiant, classe et instant d'authentification sont ceux de la connexion au portail, et non ceux de la sortie
  ni des constantes.

  @besoin:horloge @besoin:utilisateurs-multiples @seul
  Scénario: V20-N1, l'instant d'authentification n'est ni une constante ni celui de la sortie
    # Le second sort dix minutes après sa connexion, faite bien après celle du premier.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'horloge du candidat est portée "dix-minutes-apres"
    Et l'utilisateur "autre-agent" se connecte au portail dans un navigateur neuf
    Et l'horloge du candidat est portée "dix-minutes-apres"
    Et il demande le service "principal"
    Alors le VI émis reprend "instant" de la session de l'utilisateur
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire
