# language: fr
@P10 @role:fournisseur @mode:P @bloquante @besoin:formulaire
Fonctionnalité: Le VI est transcrit fidèlement dans la session

  L'identité et les droits de la session sont ceux du dernier VI : ni l'identité d'avant, ni des droits qui s'ajoutent.

  @besoin:identite-visible
  Scénario: P10-P, l'identité de la session est celle du VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors l'identité vue derrière le candidat est celle du dernier VI

  @besoin:identite-visible @besoin:liaison-mutuelle
  Scénario: P10-N1, le VI d'un autre utilisateur change l'identité de la session
    # Par le navigateur, changer d'identité peut demander l'accord de la personne : c'est P11 qui en juge.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et le même navigateur présente le VI honnête d'un autre utilisateur
    Alors l'identité vue derrière le candidat est celle du dernier VI
    Et un VI honnête est de nouveau accepté

  @besoin:operations-par-pagm
  Scénario: P10-N2, les droits de deux VI ne s'ajoutent pas
    # Le second VI ne porte que l'autre PAGM : la page du premier ne s'ouvre plus.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et le même navigateur présente un VI honnête qui ne porte que l'autre PAGM
    Et le navigateur demande de nouveau la page du service
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté
