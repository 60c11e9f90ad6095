# language: fr
@SMTP-14 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Pas de relais ouvert

  Le serveur ne relaie pas pour qui ne s'est pas authentifié.

  Scénario: SMTP-14-N, un relais non authentifié hors de l'espace de confiance est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client qui ne s'est pas authentifié écrit au destinataire "externe"
    Alors le message n'est pas pris
    Et le témoin passe
