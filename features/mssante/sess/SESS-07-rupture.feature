# language: fr
@SESS-07 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:relecture
Fonctionnalité: Une rupture ne laisse pas de demi-message

  Quand la liaison est rompue au milieu d'un dépôt ou d'un envoi, rien n'en est gardé, et le service répond
  toujours.

  Scénario: SESS-07-N, un message coupé par une rupture n'est pas gardé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et une session ouverte du professionnel
    Quand la liaison est rompue au milieu d'un message
    Alors rien n'en est gardé
    Et le service répond toujours
    Et le témoin passe
