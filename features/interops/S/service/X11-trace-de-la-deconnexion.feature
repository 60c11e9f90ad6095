# language: fr
@X11 @role:operateur-service @mode:S @mineure @besoin:deconnexion-sphere @seul @besoin:traces
Fonctionnalité: La déconnexion est tracée chez chaque membre

  Chaque membre qui tenait une session de la personne trace qu'elle a pris fin.


  Scénario: X11-P, la fin de la session est tracée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors la trace du candidat garde la fin de chaque session de la personne

  Scénario: X11-N1, la fin d'aucune session ne manque
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 2 sessions auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors la trace du candidat garde la fin de chaque session de la personne
