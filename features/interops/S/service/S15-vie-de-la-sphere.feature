# language: fr
@S15 @role:operateur-service @mode:S @mineure
Fonctionnalité: Membres et services changent au cours de la vie de la sphère

  Un membre entré par avenant est admis, un membre sorti ne l'est plus.


  @besoin:membre-recent
  Scénario: S15-P, le VI d'un membre entré par avenant est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand un membre accepté en cours de vie de la sphère envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:membre-retire
  Scénario: S15-N1, le VI d'un membre sorti est refusé
    # C'est aussi l'essai S02-N3.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-issuer-former-member"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
