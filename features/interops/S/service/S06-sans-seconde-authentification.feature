# language: fr
@S06 @role:operateur-service @mode:S @bloquante
Fonctionnalité: Ni identification ni authentification ne sont redemandées quand le niveau suffit

  Qui arrive par un rebond avec un niveau suffisant voit le service sans page de connexion ni nouvelle saisie de son
  identifiant.
  # Le rebond est une Response non sollicitée ; un candidat purement sp-initiated y voit la réponse à sa demande.


  Scénario: S06-P, la personne arrive par un rebond et voit le service
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand une personne authentifiée depuis 20 minutes arrive au service par un rebond
    Alors le candidat accepte le VI

  Scénario: S06-N1, aucune page de connexion n'est montrée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand une personne authentifiée depuis 20 minutes arrive au service par un rebond
    Alors aucune nouvelle authentification n'est demandée

  Scénario: S06-N2, aucun identifiant n'est redemandé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand une personne authentifiée depuis 20 minutes arrive au service par un rebond
    Alors aucun identifiant n'est redemandé
