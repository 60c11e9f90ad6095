# language: fr
@SESS-06 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Le congé est rendu

  LOGOUT reçoit BYE puis OK ; QUIT reçoit 221.

  Scénario: SESS-06-P, le congé est rendu
    Étant donné une session ouverte du professionnel
    Quand le client prend congé
    Alors le congé lui est rendu
