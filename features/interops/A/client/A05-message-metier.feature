# language: fr
@A05 @role:client @mode:A @majeure
Fonctionnalité: Le message métier reste inchangé

  Le corps SOAP est le même, par c14n exclusive, des deux côtés du candidat, pièces jointes comprises.
  # Seul le corps est comparé, par c14n exclusive.

  Plan du Scénario: <cas>, un corps <forme> arrive inchangé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite", variante "<variante>"
    Alors le corps reçu par le partenaire est celui de l'application

    Exemples:
      | cas          | forme                                     | variante              |
      | A05-P        | ordinaire                                 | simple                |
      | A05-N1       | à espaces de noms imbriqués et redéclarés | corps-espaces-de-noms |
      | A05-N1~texte | à accents, blancs et CDATA                | corps-texte           |

    @besoin:pieces-jointes
    Exemples:
      | cas    | forme               | variante     |
      | A05-N2 | à pièce jointe MTOM | piece-jointe |
