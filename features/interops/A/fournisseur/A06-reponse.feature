# language: fr
@A06 @role:fournisseur @mode:A @mineure @besoin:sonde
Fonctionnalité: La réponse revient inchangée et sans VI

  Réponse et faute métier reviennent telles quelles, avec leur statut HTTP, et la réponse ne porte pas de VI.

  Scénario: A06-P, la réponse métier revient inchangée et sans VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le service placé derrière le candidat répond par "reponse-metier"
    Et l'organisme client envoie un VI honnête
    Alors l'organisme client reçoit la réponse inchangée
    Et la réponse ne porte pas de VI

  Scénario: A06-N1, une faute métier revient inchangée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le service placé derrière le candidat répond par "faute-metier"
    Et l'organisme client envoie un VI honnête
    Alors l'organisme client reçoit la réponse inchangée

  Scénario: A06-N2, le statut HTTP du service revient inchangé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le service placé derrière le candidat répond par "statut-http"
    Et l'organisme client envoie un VI honnête
    Alors l'organisme client reçoit le statut HTTP du service
