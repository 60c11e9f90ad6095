# language: fr
@INTR-14 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Le service userinfo n'est pas appelé avec un jeton refusé

  Un jeton que l'opérateur vient de refuser n'est pas présenté au service userinfo.

  Scénario: INTR-14-P, le service userinfo n'est pas appelé avec un jeton refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-1h"
    Alors le service userinfo n'a pas reçu le jeton
    Et le témoin passe
