# language: fr
@X10 @role:operateur-service @mode:S @bloquante @besoin:deconnexion-sphere @seul @besoin:traces
Fonctionnalité: Le parcours entier se rebâtit d'après les traces

  Identification, authentification, rebonds et déconnexion d'une personne se retrouvent, dans l'ordre, dans les traces des
  membres.
  # Un opérateur de service tient deux étapes du parcours : l'arrivée de la personne et son départ.


  Scénario: X10-P, l'arrivée et le départ de la personne sont tracés
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors le parcours de la personne se rebâtit d'après la trace du candidat

  Scénario: X10-N1, aucune étape de ses sessions ne manque
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 2 sessions auprès du candidat, par des VI d'identifiant long
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors le parcours de la personne se rebâtit d'après la trace du candidat

  Scénario: X10-N2, l'ordre de ses étapes se décide
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 3 sessions auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors le parcours de la personne se rebâtit d'après la trace du candidat
