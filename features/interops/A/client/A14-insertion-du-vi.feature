# language: fr
@A14 @role:client @mode:A @bloquante
Fonctionnalité: Le client insère le VI de façon transparente

  L'appel simple de l'application part avec un VI fait par le candidat, et avec celui-là seul.

  Scénario: A14-P, l'appel simple de l'application part avec un VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  @besoin:panne-jetons @seul
  Scénario: A14-N1, sans service de jetons aucun appel ne part sans VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand la panne "jetons" frappe le candidat
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun appel n'est parvenu sans VI
    Et la panne "jetons" est levée
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: A14-N2, un en-tête Security de l'application n'est pas transmis
    # Retirer l'en-tête ou refuser l'appel sont également sains.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite", variante "en-tete-security"
    Alors l'en-tête "Security" de l'application n'est pas parvenu au partenaire
    Et un appel honnête parvient de nouveau au partenaire
