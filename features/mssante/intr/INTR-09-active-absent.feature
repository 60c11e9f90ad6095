# language: fr
@INTR-09 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: L'absence de active n'est pas un accord

  Une réponse qui ne porte pas le champ active n'ouvre rien.

  @besoin:introspection
  Scénario: INTR-09-N, une réponse sans active n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-empty"
    Alors la connexion est refusée
    Et le témoin passe
