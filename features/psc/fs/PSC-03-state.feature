# language: fr
@PSC-03 @role:service-psc @mode:- @bloquante
Fonctionnalité: Le retour d'une autre demande est refusé

  Le service compare le state du retour à celui qu'il a donné à ce navigateur, avant de demander un jeton.

  Plan du Scénario: <cas>, un retour qui ne répond à aucune demande est refusé (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et aucun jeton n'est demandé pour ce retour
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut                    | faute                 |
      | PSC-03-N1 | state d'une autre demande | callback-state-other  |
      | PSC-03-N2 | sans state                | callback-state-absent |

  Scénario: PSC-03-N3, le retour de la demande d'un autre navigateur est refusé
    Étant donné un professionnel entre dans le service
    Quand le retour de la connexion est ouvert dans un autre navigateur
    Alors le service n'ouvre pas de session
    Et aucun jeton n'est demandé pour ce retour
    Et un autre professionnel entre encore dans le service
