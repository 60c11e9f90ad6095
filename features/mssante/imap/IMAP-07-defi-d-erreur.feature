# language: fr
@IMAP-07 @role:mss-imap @mode:- @majeure
Fonctionnalité: Un refus passe par le défi d'erreur de XOAUTH2

  À un jeton expiré, le serveur répond par un défi JSON à trois textes, status (400 ou 401), schemes et scope ;
  après une ligne vide, il refuse par NO.

  Scénario: IMAP-07-P, un jeton expiré est refusé selon les formes de XOAUTH2
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-1h"
    Alors la connexion est refusée
    Et le refus suit le défi d'erreur de XOAUTH2
