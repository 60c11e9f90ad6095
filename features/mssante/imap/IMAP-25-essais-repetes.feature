# language: fr
@IMAP-25 @role:mss-imap @mode:- @mineure @seul @long
Fonctionnalité: Les essais répétés sont freinés

  Vingt jetons faux de suite, sur des connexions neuves, sont de plus en plus retardés ou bannis pour un temps ;
  après le délai déclaré, un bon jeton ouvre de nouveau.

  Scénario: IMAP-25-N, vingt jetons faux de suite sont freinés, et un bon rouvre la boîte
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente vingt jetons faux de suite
    Alors les essais sont freinés
    Et un bon jeton ouvre de nouveau la boîte après le délai déclaré
    Et le témoin passe
