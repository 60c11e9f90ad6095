# language: fr
@F03 @role:fournisseur @mode:A @mineure
Fonctionnalité: Une signature fautive est annoncée

  Faute wsse:FailedCheck, la même quel que soit le contrôle du certificat qui a échoué.

  Scénario: F03-P, une signature altérée reçoit wsse:FailedCheck
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-signature-value-altered"
    Alors le candidat refuse le VI
    Et le code de faute est "wsse:FailedCheck"
    Et un VI honnête est de nouveau accepté

  Scénario: F03-P~algorithme, un algorithme refusé reçoit wsse:UnsupportedAlgorithm ou wsse:FailedCheck
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-signature-md5"
    Alors le candidat refuse le VI
    Et le code de faute est "wsse:UnsupportedAlgorithm" ou "wsse:FailedCheck"
    Et un VI honnête est de nouveau accepté

  Scénario: F03-N1, le code ne révèle pas quel contrôle du certificat a échoué
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie tour à tour un VI avec les fautes "vi-certificate-expired, vi-certificate-other-ca, vi-certificate-self-signed"
    Alors les codes de faute sont les mêmes
    Et un VI honnête est de nouveau accepté
