# language: fr
@D07 @role:operateur-service @mode:S @mineure @besoin:bouton-local @seul
Fonctionnalité: La déconnexion locale se distingue de la globale

  Le bouton local ferme la session de ce service et elle seule, sans prévenir la sphère.


  Scénario: D07-P, la déconnexion locale reste locale
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand la personne quitte le service par son bouton de déconnexion locale
    Alors l'opérateur d'authentification ne reçoit aucune demande de déconnexion
    Et un VI honnête est de nouveau accepté

  Scénario: D07-N1, la déconnexion locale ferme la session
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et une personne a ouvert 1 session auprès du candidat
    Quand la personne quitte le service par son bouton de déconnexion locale
    Alors toutes les sessions de la personne sont closes auprès du candidat
    Et un VI honnête est de nouveau accepté
