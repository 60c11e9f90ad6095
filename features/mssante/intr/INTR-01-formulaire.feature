# language: fr
@INTR-01 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: L'introspection est demandée par un formulaire

  La demande est un POST de formulaire, dont le corps porte le champ token.

  @besoin:introspection
  Scénario: INTR-01-P, l'introspection est demandée par un formulaire en POST
    Quand un client ouvre la boîte "personnelle" avec un jeton valable
    Alors l'introspection du jeton est demandée par un formulaire en POST
    Et le témoin passe
