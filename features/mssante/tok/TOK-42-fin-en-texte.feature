# language: fr
@TOK-42 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une fin de validité en texte ne fait pas tomber le service

  Un jeton dont exp est un texte est refusé ou compris ; dans les deux cas une réponse vient, et le service
  continue.

  @seul
  Scénario: TOK-42-N, une fin de validité en texte ne fait pas tomber le service
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-exp-text"
    Alors la connexion reçoit une réponse
    Et le service répond toujours
    Et le témoin passe
