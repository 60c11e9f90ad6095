# language: fr
@TOK-28 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Les niveaux eidas1, eidas2 et eidas3 sont acceptés

  Le niveau demandé est eidas1 ; les jetons réels en portent un plus élevé : les trois ouvrent la boîte.

  Plan du Scénario: <cas>, un jeton de niveau <niveau> est accepté
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "psctoken-acr-<niveau>"
    Alors la connexion est acceptée
    Et le témoin passe

    Exemples:
      | cas             | niveau |
      | TOK-28-P        | eidas1 |
      | TOK-28-P~eidas2 | eidas2 |
      | TOK-28-P~eidas3 | eidas3 |
