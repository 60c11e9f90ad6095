# language: fr
@SESS-01 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:session-apres-jeton
Fonctionnalité: La session de messagerie survit au jeton

  Cent cinquante secondes après la connexion, le jeton de deux minutes est mort et la session sert encore, sauf
  coupure déclarée.

  @long @besoin:temps-reel
  Scénario: SESS-01-P, la session sert encore quand le jeton de deux minutes a expiré
    Étant donné une session ouverte du professionnel
    Quand 150 secondes passent
    Alors la session sert encore

  @seul @besoin:horloge
  Scénario: SESS-01-P~horloge, la session sert encore quand le jeton a expiré, à l'horloge du candidat
    Étant donné une session ouverte du professionnel
    Quand 150 secondes passent
    Alors la session sert encore
