# language: fr
@S11 @role:operateur-service @mode:S @bloquante @besoin:flux-sp
Fonctionnalité: La réponse est liée à la demande

  InResponseTo nomme une demande du service, encore en attente ; une demande inconnue, déjà servie ou périmée n'ouvre
  rien.


  Scénario: S11-P, la réponse à la demande est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le candidat envoie un navigateur s'authentifier auprès de l'opérateur
    Et l'opérateur répond à cette demande par un VI honnête
    Alors le candidat accepte le VI

  Scénario: S11-N1, la réponse à une demande inconnue est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'opérateur répond à une demande que le candidat n'a pas faite
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

  Scénario: S11-N2, la seconde réponse à une demande est refusée
    # Le navigateur de la seconde réponse est celui d'avant la première : il a fait la demande, et n'a pas de session.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le candidat envoie un navigateur s'authentifier auprès de l'opérateur
    Et l'opérateur répond à cette demande par un VI honnête
    Et l'opérateur répond une seconde fois à cette demande, par un autre VI
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté

  @besoin:horloge @seul
  Scénario: S11-N3, la réponse à une demande périmée est refusée
    # La demande a une heure : personne ne met ce temps à se connecter.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le candidat envoie un navigateur s'authentifier auprès de l'opérateur
    Et l'horloge du candidat avance de 60 minutes
    Et l'opérateur répond à cette demande par un VI honnête
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
