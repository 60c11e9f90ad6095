# language: fr
@P07 @role:fournisseur @mode:P @bloquante
Fonctionnalité: Rien ne s'ouvre sans session ni VI

  Les pages du service demandent une session, ouverte par un VI et tenue à l'identité TLS qui l'a ouverte.

  Scénario: P07-P, la session ouverte par un VI donne accès à la page
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:formulaire
  Scénario: P07-P~session, la session sert à plusieurs pages
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Et le navigateur demande de nouveau la page du service
    Alors le candidat sert la page

  Scénario: P07-N1, la page demandée directement est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le navigateur demande la page du service sans s'être présenté
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

  @besoin:formulaire
  Scénario: P07-N2, un cookie de session forgé n'ouvre rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le navigateur demande la page du service avec un cookie de session forgé
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

  @besoin:formulaire @besoin:liaison-mutuelle @besoin:tiers
  Scénario: P07-N3, le cookie d'une session ne sert pas à une autre identité TLS
    # L'autre organisme est partie à la convention : sa liaison est bonne, c'est la session qui n'est pas la sienne.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le cookie de session est présenté par une autre identité TLS
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
