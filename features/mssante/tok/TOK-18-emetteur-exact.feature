# language: fr
@TOK-18 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: L'émetteur est comparé caractère par caractère

  Un émetteur qui diffère d'une barre oblique finale n'est pas Pro Santé Connect.

  Scénario: TOK-18-N, un émetteur à une barre oblique près est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-issuer-slash"
    Alors la connexion est refusée
    Et le témoin passe
