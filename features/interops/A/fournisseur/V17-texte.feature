# language: fr
@V17 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante
Fonctionnalité: Le texte est traité sans danger

  Un identifiant accentué parvient intact ; de l'UTF-8 invalide est refusé ; un commentaire XML ne tronque jamais
  l'identité.

  @besoin:identite-lisible
  Scénario: V17-P, un identifiant accentué est transmis intact
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "nameid-accentue"
    Alors le candidat accepte le VI
    Et l'identité de l'utilisateur est transmise entière

  Scénario: V17-N1, de l'UTF-8 invalide est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-utf8-invalid"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

  @besoin:identite-lisible
  Scénario: V17-N2, un commentaire XML ne tronque pas l'identité
    # Refuser le VI ou l'accepter avec tout le texte sont également sains ; l'écart est une identité tronquée.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-nameid-comment"
    Alors l'identité de l'utilisateur est transmise entière
    Et un VI honnête est de nouveau accepté
