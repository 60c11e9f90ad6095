# language: fr
@INTR-03 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton n'est dans aucune adresse

  Aucune adresse appelée chez Pro Santé Connect ne porte le jeton dans ses paramètres.

  @besoin:introspection
  Scénario: INTR-03-P, le jeton n'est dans aucune adresse
    Quand un client ouvre la boîte "personnelle" avec un jeton valable
    Alors le jeton n'est dans aucune adresse appelée chez Pro Santé Connect
    Et le témoin passe
