# language: fr
@IMAP-28 @role:mss-imap @mode:- @mineure
Fonctionnalité: UIDVALIDITY est stable

  Deux ouvertures de la même boîte, par deux sessions, donnent le même UIDVALIDITY.

  Scénario: IMAP-28-P, deux sessions lisent le même UIDVALIDITY
    Étant donné une session ouverte du professionnel
    Quand une autre session ouvre la même boîte
    Alors les deux lisent le même UIDVALIDITY
