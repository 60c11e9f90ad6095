# language: fr
@SMTP-28 @role:mss-smtp @mode:- @majeure @besoin:boite-lisible
Fonctionnalité: Les en-têtes X-MSS arrivent inchangés

  Les en-têtes X-MSS traversent octet pour octet.

  Scénario: SMTP-28-P, les en-têtes X-MSS arrivent inchangés
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "entetes-mss"
    Alors le message est pris
    Et le message arrive entier chez le destinataire
