# language: fr
@D03 @role:operateur-service @mode:S @majeure @besoin:deconnexion-sphere @seul
Fonctionnalité: La demande de déconnexion vise la bonne session

  NameID et SessionIndex désignent ensemble les sessions à fermer ; les autres restent.


  Scénario: D03-P, la session désignée est fermée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, une demande pour <defaut> ne ferme rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de sa session, demande "<demande>"
    Alors les sessions de la personne restent ouvertes
    Et une demande de déconnexion honnête ferme ensuite les sessions de la personne
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut              | demande          |
      | D03-N1 | une session inconnue | session-inconnue |
      | D03-N2 | une autre personne  | autre-personne   |
