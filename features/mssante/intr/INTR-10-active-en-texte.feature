# language: fr
@INTR-10 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Seul le booléen vrai est un accord

  Une réponse où active est le texte true n'ouvre rien.

  @besoin:introspection
  Scénario: INTR-10-N, une réponse où active est un texte n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-active-text"
    Alors la connexion est refusée
    Et le témoin passe
