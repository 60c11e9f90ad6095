# language: fr
@L01 @role:client @mode:A @mode:P @majeure
Fonctionnalité: Un VI n'est jamais utilisé après sa fin

  Un VI conservé est renouvelé avant d'expirer, avec une marge d'au moins la dérive déclarée.
  # Un VI peut être réemployé en mode A jusqu'à sa fin moins la dérive déclarée.

  @besoin:horloge @seul
  Scénario: L01-P, un VI neuf part après la fin du précédent
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'horloge du candidat est portée "apres-la-fin-du-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI émis est neuf
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:horloge @seul
  Scénario: L01-N1, un VI expiré n'est jamais envoyé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'horloge du candidat est portée "apres-la-fin-du-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI émis n'est pas expiré
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:horloge @besoin:derive-declaree @seul
  Scénario: L01-N2, un VI à moins de la dérive de sa fin n'est pas envoyé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'horloge du candidat est portée "juste-avant-la-fin-du-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors il reste au VI émis plus que la dérive admise
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire
