# language: fr
@S02 @role:operateur-service @mode:S @bloquante
Fonctionnalité: Seuls les opérateurs d'authentification de la sphère sont admis

  Le service n'admet que les VI d'un membre en vigueur qui est opérateur d'authentification.
  # En mode S, « l'organisme client » est l'opérateur d'authentification : c'est lui qui émet le VI.


  Scénario: S02-P, le VI d'un opérateur de la sphère est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, le VI <defaut> est refusé
    # Le VI est bien fait et bien signé par l'organisme qu'il nomme.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    @besoin:organisme-sans-projet
    Exemples:
      | cas    | defaut                             | faute                     |
      | S02-N1 | d'un organisme hors de la sphère   | vi-issuer-without-project |

    @besoin:membre-sans-role
    Exemples:
      | cas    | defaut                                                | faute                         |
      | S02-N2 | d'un membre qui n'est pas opérateur d'authentification | vi-issuer-member-without-role |

    @besoin:membre-retire
    Exemples:
      | cas    | defaut                          | faute                   |
      | S02-N3 | d'un membre qui a quitté la sphère | vi-issuer-former-member |
