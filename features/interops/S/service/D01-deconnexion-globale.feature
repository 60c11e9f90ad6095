# language: fr
@D01 @role:operateur-service @mode:S @bloquante @seul
Fonctionnalité: La déconnexion ferme toutes les sessions de la personne dans la sphère

  Où qu'elle soit demandée, la déconnexion ferme chaque session de la personne chez chaque membre, et aucune d'une autre
  personne.


  @besoin:deconnexion-sphere
  Scénario: D01-P, la demande de l'opérateur ferme la session
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté

  @besoin:deconnexion-front @besoin:deconnexion-soap
  Scénario: D01-P~canal-arriere, la demande par le canal arrière ferme la session
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions par le canal arrière
    Alors toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté

  @besoin:deconnexion-sphere
  Scénario: D01-N1, aucune session de la personne ne survit
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 3 sessions auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté

  @besoin:bouton-global
  Scénario: D01-N2, la déconnexion demandée au candidat gagne l'opérateur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand la personne demande au candidat la déconnexion de toute la sphère
    Alors l'opérateur d'authentification reçoit une demande de déconnexion signée de la personne
    Et toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté

  @besoin:deconnexion-sphere
  Scénario: D01-N3, la session d'une autre personne reste ouverte
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Et une autre personne a ouvert une session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors la session de l'autre personne reste ouverte
    Et un VI honnête est de nouveau accepté
