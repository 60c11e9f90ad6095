# language: fr
@TOK-31 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Le logiciel qui a obtenu le jeton ne compte pas

  Un jeton donné à un logiciel que l'opérateur ne connaît pas ouvre la boîte de son titulaire : l'opérateur
  n'est pas le client de Pro Santé Connect.

  Scénario: TOK-31-P, le jeton d'un logiciel inconnu est accepté
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "psctoken-azp-unknown"
    Alors la connexion est acceptée
    Et le témoin passe
