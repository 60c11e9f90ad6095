# language: fr
@R07 @role:client @mode:R @bloquante
Fonctionnalité: Le jeton émis est complet et lié à l'utilisateur

  Comme V18 et L02 : aucun élément ne manque, deux utilisateurs n'échangent pas leurs jetons sous la charge, aucun
  journal n'en contient.
  # Le mode R est expérimental : son texte n'est pas public, et tout ce qui s'y juge relève du profil de test. Le jeton
  # est l'assertion signée ou un JWT, selon r.token ; il voyage dans l'en-tête convenu, et là seulement.

  Scénario: R07-P, le jeton émis est complet et porte l'identité de son utilisateur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme
    Et chaque appel porte le VI de son utilisateur

  @besoin:horloge @seul
  Scénario: R07-P~expire, un jeton conservé n'est pas réemployé au-delà de sa fin
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'horloge du candidat est portée "apres-la-fin-du-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI émis n'est pas expiré
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:utilisateurs-multiples
  Scénario: R07-N1~suite, l'appel d'un utilisateur ne porte pas le jeton du précédent
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "autre-agent"
    Alors chaque appel porte le VI de son utilisateur

  @besoin:utilisateurs-multiples
  Scénario: R07-N1, cinquante appels parallèles ne mélangent pas les jetons
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application lance 50 appels parallèles, un par utilisateur
    Alors chaque appel porte le VI de son utilisateur

  @besoin:journaux
  Scénario: R07-N2, les journaux ne gardent pas de jeton entier
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors les journaux du candidat ne contiennent aucun VI signé entier
