# language: fr
@D06 @role:operateur-service @mode:S @mineure @besoin:bouton-global @besoin:deconnexion-front @seul
Fonctionnalité: La réponse de déconnexion répond à une demande

  Une réponse de déconnexion qui ne répond à aucune demande en cours n'est pas crue.
  # Elle est crue quand la personne lit ce qu'elle lit après une réponse honnête.


  Scénario: D06-P, la réponse de l'opérateur est admise
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand la personne demande au candidat la déconnexion de toute la sphère
    Et l'opérateur répond à la déconnexion demandée
    Alors le candidat accepte la réponse de déconnexion
    Et un VI honnête est de nouveau accepté

  Scénario: D06-N1, la réponse à une demande inconnue n'est pas crue
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Et la personne demande au candidat la déconnexion de toute la sphère
    Et l'opérateur répond à la déconnexion demandée
    Quand une personne a ouvert 1 session auprès du candidat
    Et la personne demande au candidat la déconnexion de toute la sphère
    Et l'opérateur répond à une déconnexion que le candidat n'a pas demandée
    Alors le candidat n'accepte pas la réponse de déconnexion
    Et un VI honnête est de nouveau accepté
