# language: fr
@A05 @role:fournisseur @mode:A @majeure @besoin:sonde
Fonctionnalité: Le message métier reste inchangé

  Le corps SOAP est le même, par c14n exclusive, des deux côtés du candidat, pièces jointes comprises.
  # Seul le corps est comparé, par c14n exclusive ; des déclarations d'espaces de noms de plus sur les ancêtres ne
  # sont pas un changement, et l'en-tête Security traité peut être gardé ou retiré.

  Plan du Scénario: <cas>, un corps <forme> arrive inchangé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "<variante>"
    Alors le candidat accepte le VI
    Et la sonde placée derrière le candidat a reçu le corps inchangé

    Exemples:
      | cas          | forme                                     | variante              |
      | A05-P        | ordinaire                                 | simple                |
      | A05-N1       | à espaces de noms imbriqués et redéclarés | corps-espaces-de-noms |
      | A05-N1~texte | à accents, blancs et CDATA                | corps-texte           |

    @besoin:pieces-jointes
    Exemples:
      | cas    | forme               | variante     |
      | A05-N2 | à pièce jointe MTOM | piece-jointe |
