# language: fr
@G06 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante @besoin:tiers
Fonctionnalité: Le signataire a le droit de signer pour cet émetteur

  Le certificat valable d'un organisme ne signe pas le VI d'un autre.

  Scénario: G06-P, un organisme signe pour lui-même
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: G06-N1, le certificat valable d'un organisme ne signe pas pour un autre
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-signer-other-organism"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
