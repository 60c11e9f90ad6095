# language: fr
@PSC-09 @role:service-psc @mode:- @bloquante
Fonctionnalité: Un jeton d'identité mal signé est refusé

  La signature est vérifiée par la clé publiée, ou par le secret partagé, et jamais omise. OIDC Core permet à
  qui reçoit le jeton de Pro Santé Connect lui-même, en TLS, de ne pas vérifier la signature d'une clé : le
  profil de test ne le permet pas.

  Plan du Scénario: <cas>, un jeton d'identité mal signé est refusé (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut              | faute                     |
      | PSC-09-N1 | signature changée   | idtoken-signature-altered |
      | PSC-09-N2 | sans signature      | idtoken-alg-none          |
      | PSC-09-N3 | autre clé ou secret | idtoken-key-impersonated  |

  @besoin:jeton-par-cle
  Scénario: PSC-09-N4, la clé publique prise pour un secret est refusée
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "idtoken-algorithm-confused"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service
