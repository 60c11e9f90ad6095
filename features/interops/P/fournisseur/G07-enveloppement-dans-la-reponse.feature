# language: fr
@G07 @role:fournisseur @role:operateur-service @mode:P @mode:S @bloquante
Fonctionnalité: Le contrôle d'une Response résiste à l'enveloppement de signature

  Ce qui est lu est ce qui a été signé : aucune assertion, aucune Response forgée à côté, autour ou avant l'originale
  n'est jamais lue.
  # Avec les formes communes à tous les modes, ce sont les huit formes XSW1 à XSW8. L'assertion forgée demande un autre
  # utilisateur et tous les PAGM ; la signature d'origine reste cryptographiquement valable.

  Plan du Scénario: <cas>, une Response falsifiée (<forme>) est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas         | forme                                                              | faute                             |
      | G07-N1~xsw5 | le VI forgé prend la signature, l'original sans elle suit          | vi-wrapping-original-last         |
      | G07-N2~xsw1 | une Response forgée porte la signature, l'originale cachée dedans  | vi-wrapping-response-in-signature |
      | G07-N2~xsw2 | une Response forgée porte l'originale et sa signature côte à côte  | vi-wrapping-response-beside       |
      | G07-N2~xsw4 | le VI forgé contient directement l'original                        | vi-wrapping-child                 |
      | G07-N3~xsw6 | l'original caché directement dans sa signature                     | vi-wrapping-in-signature          |

  @besoin:identite-visible
  Plan du Scénario: <cas>, à côté du VI signé, le VI forgé (<forme>) n'est pas lu
    # Le VI signé reste à sa place : le lire, lui seul, est aussi sain que de tout refuser. L'écart est l'identité forgée.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat n'a lu que le VI signé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas         | forme                                                              | faute                             |
      | G07-N1~xsw7 | le VI forgé, non signé, dans les extensions qui précèdent          | vi-wrapping-forged-in-extensions  |
      | G07-N4~xsw3 | le VI forgé, non signé, à côté de l'original                       | vi-wrapping-sibling-unsigned      |
