# language: fr
@TOK-10 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Une signature altérée est refusée

  Un seul bit changé dans la signature suffit à ce que le jeton n'ouvre rien.

  Scénario: TOK-10-N, un jeton dont un bit de la signature est changé est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-signature-flipped"
    Alors la connexion est refusée
    Et le témoin passe
