# language: fr
@TOK-12 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un jeton qui nomme une clé inconnue est refusé sans relire les clés sans fin

  Un jeton dont le kid n'est pas publié n'ouvre rien, quelle que soit la clé qui l'a signé ; l'opérateur relit
  les clés une fois au plus.

  @seul
  Scénario: TOK-12-N, un jeton qui nomme une clé inconnue est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-kid-unknown"
    Alors la connexion est refusée
    Et les clés n'ont pas été relues plus d'une fois
    Et le témoin passe
