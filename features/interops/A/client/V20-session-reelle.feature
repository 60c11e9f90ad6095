# language: fr
@V20 @role:client @mode:A @mode:R @majeure
Fonctionnalité: Les valeurs émises viennent de la session réelle

  Identifiant, classe et instant d'authentification sont ceux de la connexion de l'utilisateur, non des
  constantes.

  @mode:P @role:operateur-authentification @mode:S
  Plan du Scénario: <cas>, <donnee> du VI émis est de la session
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI émis reprend "<champ>" de la session de l'utilisateur

    Exemples:
      | cas               | donnee                       | champ       |
      | V20-P~identifiant | l'identifiant                | identifiant |
      | V20-P~classe      | la classe                    | classe      |
      | V20-P~instant     | l'instant d'authentification | instant     |

  @besoin:utilisateurs-multiples
  Scénario: V20-N1, l'instant d'authentification n'est pas une constante
    # Deux personnes connectées à des instants différents.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'application appelle le service "principal" pour l'utilisateur "autre-agent"
    Alors le VI émis reprend "instant" de la session de l'utilisateur

  @mode:P @besoin:agent-fort @role:operateur-authentification @mode:S
  Scénario: V20-N2, une connexion forte n'est pas annoncée par une classe faible
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-fort"
    Alors le VI émis reprend "classe" de la session de l'utilisateur
