# language: fr
@TLS-06 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Aucun message en clair à la soumission

  Sans TLS, aucun envoi n'est accepté : le refus vient au plus tard quand le destinataire est nommé.

  Scénario: TLS-06-N, un envoi tenté sans TLS est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client envoie un message en clair
    Alors le message est refusé
    Et le témoin passe
