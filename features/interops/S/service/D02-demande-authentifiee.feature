# language: fr
@D02 @role:operateur-service @mode:S @bloquante @besoin:deconnexion-sphere @seul
Fonctionnalité: La demande de déconnexion est authentifiée

  Une demande sans signature, d'un organisme extérieur, périmée ou rejouée ne ferme rien.


  Scénario: D02-P, une demande signée par l'opérateur est honorée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Alors toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, une demande <defaut> ne ferme rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de sa session, demande "<demande>"
    Alors les sessions de la personne restent ouvertes
    Et une demande de déconnexion honnête ferme ensuite les sessions de la personne
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                    | demande    |
      | D02-N1 | sans signature            | non-signee |
      | D02-N3 | périmée                   | perimee    |

    @besoin:organisme-sans-projet
    Exemples:
      | cas    | defaut                    | demande    |
      | D02-N2 | d'un organisme extérieur  | exterieure |

  Scénario: D02-N4, une demande rejouée ne ferme rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand l'opérateur d'authentification demande la fin de toutes ses sessions
    Et la même demande de déconnexion est présentée de nouveau après une nouvelle session
    Alors les sessions de la personne restent ouvertes
    Et une demande de déconnexion honnête ferme ensuite les sessions de la personne
    Et un VI honnête est de nouveau accepté
