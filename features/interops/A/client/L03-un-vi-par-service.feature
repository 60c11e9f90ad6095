# language: fr
@L03 @role:client @mode:A @mode:P @majeure @besoin:deuxieme-service
Fonctionnalité: Un VI appartient à un seul service

  Deux services reçoivent deux VI, chacun avec l'audience du sien.

  Scénario: L03-P, deux services reçoivent deux audiences
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'application appelle le service "second" pour l'utilisateur "agent-habilite"
    Alors chaque VI émis vise le service appelé

  Scénario: L03-N1, le VI d'un service ne sert pas à un autre
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "second" pour l'utilisateur "agent-habilite"
    Alors chaque VI émis vise le service appelé
