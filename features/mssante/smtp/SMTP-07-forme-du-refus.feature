# language: fr
@SMTP-07 @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un échec est dit par le défi de XOAUTH2 puis par 535

  L'erreur est dite en JSON par une invite, puis par 535 après la ligne vide du client.

  Scénario: SMTP-07-N, un jeton expiré est refusé dans les formes
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-1h"
    Alors la connexion est refusée
    Et la soumission dit l'erreur par un défi, puis par 535
    Et le témoin passe
