# language: fr
@A15 @role:client @mode:A @mineure @besoin:interops-infos
Fonctionnalité: L'interface locale d'identité est protégée

  L'en-tête Interops-Infos n'est cru que de l'application : absent ou mal formé, aucun VI n'est forgé ; il ne sort
  jamais vers le partenaire et n'en vient jamais.
  # Ne vaut que pour un candidat qui déclare l'en-tête local Interops-Infos.

  Scénario: A15-P, l'en-tête de l'application est pris en compte
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite", variante "interops-infos"
    Alors l'appel parvient au partenaire avec un VI conforme
    Et le VI émis reprend "identifiant" de la session de l'utilisateur

  Plan du Scénario: <cas>, un en-tête <defaut> ne fait pas forger de VI
    # Tout refus convient.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite", variante "<variante>"
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut    | variante                 |
      | A15-N1 | absent    | interops-infos-absent    |
      | A15-N3 | mal formé | interops-infos-mal-forme |

  Scénario: A15-N2, l'en-tête ne sort pas vers le partenaire
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite", variante "interops-infos"
    Alors l'en-tête "Interops-Infos" de l'application n'est pas parvenu au partenaire

  Scénario: A15-N4, un en-tête venu du partenaire ne parvient pas à l'application
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-interops-infos"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'application ne reçoit pas l'en-tête "Interops-Infos"
    Et un appel honnête parvient de nouveau au partenaire
