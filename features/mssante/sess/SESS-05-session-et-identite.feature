# language: fr
@SESS-05 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-d-autrui
Fonctionnalité: Une session reste à son identité

  Dans une session ouverte, une authentification pour la boîte d'autrui est refusée, et la session sert toujours
  la première boîte.

  Scénario: SESS-05-N, une session ouverte ne passe pas à la boîte d'autrui
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et une session ouverte du professionnel
    Quand le client s'authentifie de nouveau pour la boîte d'autrui
    Alors la nouvelle authentification est refusée
    Et la session sert toujours la première boîte
    Et le témoin passe
