# language: fr
@IMAP-26 @role:mss-imap @mode:- @mineure
Fonctionnalité: La liste des capacités se redemande une fois la boîte ouverte

  CAPABILITY est accepté après l'authentification.

  Scénario: IMAP-26-P, CAPABILITY est accepté une fois la boîte ouverte
    Étant donné une session ouverte du professionnel
    Quand le client redemande les capacités
    Alors elles lui sont données
