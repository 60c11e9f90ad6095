# language: fr
@G07 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: Le contrôle résiste à l'enveloppement de signature

  Ce qui est lu est ce qui a été signé : aucune assertion forgée à côté, autour ou avant l'originale n'est jamais
  lue.
  # Dans chaque forme la signature d'origine reste cryptographiquement valable ; seule change la place de ce
  # qu'elle couvre. L'assertion forgée demande un autre utilisateur.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: G07-P, un VI simple est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un message falsifié (<forme>) est refusé
    # N3 : une transformation enveloped conforme retire l'original caché dans son propre Object, si bien que cette
    # forme ne trompe que les condensats faits à la main ; la variante le cache sous une seconde signature.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    @mode:A @mode:P @mode:R @mode:S
    Exemples:
      | cas                      | forme                                                     | faute                               |
      | G07-N1                   | l'original déplacé sous une extension, le VI forgé devant | vi-wrapping-extension               |
      | G07-N2                   | le VI forgé qui enveloppe l'original                      | vi-wrapping-forged-around           |
      | G07-N3                   | l'original déplacé dans un Object de sa signature         | vi-wrapping-object                  |
      | G07-N3~seconde-signature | l'original caché dans l'Object d'une seconde signature    | vi-wrapping-second-signature-object |

    @mode:A @mode:P @mode:S
    Exemples:
      # Un jeton du mode R est un VI nu : rien n'y peut être à côté de lui. G08-N1 y met le même identifiant à l'intérieur.
      | cas    | forme                                                 | faute                       |
      | G07-N4 | le VI forgé à côté de l'original, de même identifiant | vi-wrapping-sibling-same-id |
