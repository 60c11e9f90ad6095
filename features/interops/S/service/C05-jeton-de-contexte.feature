# language: fr
@C05 @role:operateur-service @mode:S @bloquante
Fonctionnalité: Un jeton de contexte ne remplace pas un jeton S

  Présenté à un service, un jeton de contexte n'ouvre aucune session, à quelque niveau que ce soit.


  Plan du Scénario: <cas>, un jeton de contexte présenté dans <place> n'ouvre rien
    # Le jeton est bien fait et bien signé par un opérateur d'identification de la sphère.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand un jeton de contexte est présenté au service à la place d'un VI, dans "<place>"
    Alors le candidat n'ouvre rien sur le jeton de contexte
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | place                 |
      | C05-N1 | le champ ContextToken |
      | C05-N2 | une Response          |
