# language: fr
@SMTP-26 @role:mss-smtp @mode:- @majeure
Fonctionnalité: L'échec d'une remise est dit

  Un message pour une boîte inconnue ne disparaît pas.

  Scénario: SMTP-26-N, un destinataire inconnu est refusé ou vaut un avis d'échec
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "destinataire-inconnu"
    Alors l'échec de la remise est dit
    Et le témoin passe
