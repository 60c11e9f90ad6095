# language: fr
@V19 @role:client @mode:A @mode:P @mode:R @mineure
Fonctionnalité: Aucune donnée personnelle superflue

  Le VI ne porte que les attributs convenus : ni NIR, ni courriel, ni nom.

  @role:operateur-authentification @mode:S
  Scénario: V19-P, le VI émis ne porte que les attributs convenus
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  @role:operateur-authentification @mode:S
  Scénario: V19-N1, aucun attribut de plus (NIR, courriel, nom) n'est émis
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI émis ne porte que les attributs convenus
