# language: fr
@PSC-18 @role:service-psc @mode:- @majeure
Fonctionnalité: Le jeton d'accès est rafraîchi, et le nouveau jeton de rafraîchissement gardé

  Le jeton d'accès vit deux minutes et le jeton de rafraîchissement trente, qui ne sert qu'une fois : le service
  rafraîchit au besoin et garde le dernier.

  @seul @besoin:session-rafraichie @besoin:horloge-ou-geste
  Scénario: PSC-18-P, le jeton d'accès est rafraîchi deux fois
    Étant donné un professionnel se connecte au service
    Quand la session du service dépasse la vie du jeton d'accès
    Alors le service a rafraîchi le jeton d'accès, et la session dure
    Quand la session du service dépasse la vie du jeton d'accès
    Alors le service a rafraîchi le jeton d'accès, et la session dure

  @seul @long @besoin:session-rafraichie @besoin:sans-horloge
  Scénario: PSC-18-P~attente, le jeton d'accès est rafraîchi deux fois, en attendant
    Étant donné un professionnel se connecte au service
    Quand la session du service dépasse la vie du jeton d'accès
    Alors le service a rafraîchi le jeton d'accès, et la session dure
    Quand la session du service dépasse la vie du jeton d'accès
    Alors le service a rafraîchi le jeton d'accès, et la session dure
