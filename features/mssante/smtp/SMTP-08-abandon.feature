# language: fr
@SMTP-08 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une authentification abandonnée est close par 501

  L'astérisque seul met fin à l'échange, et le serveur dit 501.

  Scénario: SMTP-08-N, un échange abandonné est clos par 501
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client se présente à la soumission
    Et le client abandonne l'authentification après l'invite
    Alors la soumission répond "501"
    Et le témoin passe
