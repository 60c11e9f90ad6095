# language: fr
@SESS-03 @role:mss-imap @role:mss-smtp @mode:- @mineure @long @besoin:duree-de-session
Fonctionnalité: Une session a une fin

  Une session active est coupée au plus tard à la durée que l'opérateur déclare, et une nouvelle
  authentification est alors demandée.

  Scénario: SESS-03-N, une session active ne dépasse pas la durée déclarée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et une session ouverte du professionnel
    Quand la session sert sans relâche jusqu'à la durée déclarée
    Alors une nouvelle authentification est demandée
    Et le témoin passe
