# language: fr
@V05 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante
Fonctionnalité: Le sujet porte l'identifiant de l'utilisateur

  NameID présent, non vide, d'un format convenu, et qui désigne une personne là où le projet l'exige.

  Scénario: V05-P, un NameID d'un format convenu est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un VI dont le sujet est fautif (<defaut>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut         | faute             |
      | V05-N1 | Subject absent | vi-subject-absent |
      | V05-N2 | NameID vide    | vi-nameid-empty   |

    @besoin:formats-nameid
    Exemples:
      | cas    | defaut             | faute                       |
      | V05-N3 | format non convenu | vi-nameid-format-not-agreed |

  @besoin:service-utilisateurs
  Scénario: V05-N4, la valeur de remplissage est refusée là où une personne est exigée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "utilisateurs"
    Quand l'organisme client envoie au service "utilisateurs" un VI avec la faute "vi-nameid-placeholder"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "utilisateurs"
