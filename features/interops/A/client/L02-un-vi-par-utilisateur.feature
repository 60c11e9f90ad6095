# language: fr
@L02 @role:client @mode:A @mode:P @bloquante @besoin:utilisateurs-multiples
Fonctionnalité: Un VI appartient à un seul utilisateur

  Jamais l'appel d'une personne ne part avec le VI d'une autre, même quand beaucoup d'appels se croisent.
  # L'identité est répétée dans le corps, pour que l'appel et son VI puissent être rapprochés.

  Scénario: L02-P, deux utilisateurs qui se croisent reçoivent deux VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'application appelle le service "principal" pour l'utilisateur "autre-agent"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors chaque appel porte le VI de son utilisateur

  Scénario: L02-N1, l'appel d'un utilisateur ne porte pas le VI du précédent
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "autre-agent"
    Alors chaque appel porte le VI de son utilisateur

  Scénario: L02-N2, cinquante appels parallèles ne mélangent pas les VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application lance 50 appels parallèles, un par utilisateur
    Alors chaque appel porte le VI de son utilisateur
