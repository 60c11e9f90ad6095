# language: fr
@PSC-19 @role:service-psc @mode:- @majeure
Fonctionnalité: Un rafraîchissement refusé clôt la session

  Quand Pro Santé Connect refuse de rafraîchir, le service clôt sa session et fait se connecter de nouveau.

  @seul @besoin:session-rafraichie @besoin:horloge-ou-geste
  Scénario: PSC-19-N, un rafraîchissement refusé clôt la session
    Étant donné un professionnel entre dans le service
    Et un professionnel se connecte au service
    Quand la session du service dépasse la vie du jeton d'accès, Pro Santé Connect commettant la faute "tokenanswer-refresh-refused"
    Alors le service clôt la session
    Et un autre professionnel entre encore dans le service

  @seul @long @besoin:session-rafraichie @besoin:sans-horloge
  Scénario: PSC-19-N~attente, un rafraîchissement refusé clôt la session, en attendant
    Étant donné un professionnel entre dans le service
    Et un professionnel se connecte au service
    Quand la session du service dépasse la vie du jeton d'accès, Pro Santé Connect commettant la faute "tokenanswer-refresh-refused"
    Alors le service clôt la session
    Et un autre professionnel entre encore dans le service
