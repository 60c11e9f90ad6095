# language: fr
@SESS-01 @role:mss-imap @role:mss-smtp @mode:- @majeure @long @besoin:session-apres-jeton
Fonctionnalité: La session de messagerie survit au jeton

  Cent cinquante secondes après la connexion, le jeton de deux minutes est mort et la session sert encore, sauf
  coupure déclarée.

  Scénario: SESS-01-P, la session sert encore quand le jeton a expiré
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand la session attend que le jeton ait expiré
    Alors la session sert encore
