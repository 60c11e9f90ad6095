# language: fr
@A07 @role:fournisseur @mode:A @mineure
Fonctionnalité: Le contexte purement applicatif est accepté là où il est convenu

  Un appel sans utilisateur porte la valeur convenue de NameID ; il est refusé d'un service réservé aux personnes,
  et l'inverse.

  @besoin:contexte-applicatif
  Scénario: A07-P, un appel sans utilisateur est accepté là où il est convenu
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie au service "applicatif" un VI honnête
    Alors le candidat accepte le VI

  @besoin:service-utilisateurs
  Scénario: A07-N1, un appel sans utilisateur est refusé d'un service réservé aux personnes
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "utilisateurs"
    Quand l'organisme client envoie au service "utilisateurs" un VI avec la faute "vi-application-context-user-service"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "utilisateurs"

  @besoin:service-applicatif
  Scénario: A07-N2, un utilisateur est refusé d'un service purement applicatif
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "applicatif"
    Quand l'organisme client envoie au service "applicatif" un VI avec la faute "vi-user-application-service"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "applicatif"
