# language: fr
@L06 @role:fournisseur @role:operateur-service @mode:P @mode:S @majeure
Fonctionnalité: Un VI ne sert qu'une fois

  En modes P et S, un VI accepté n'ouvre plus rien : ni une seconde fois, ni sur un autre nœud, ni après un
  redémarrage, tant qu'il serait valable.
  # La seconde présentation se fait dans un autre navigateur : la session de la première n'y sert à rien.

  Scénario: L06-P, la première présentation est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: L06-N1, la seconde présentation est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-replayed"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

  @besoin:deuxieme-noeud
  Scénario: L06-N2, la présentation à un second nœud est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et le même VI est présenté au second nœud du candidat
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté

  @besoin:redemarrage @seul
  Scénario: L06-N3, la présentation après un redémarrage est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et le candidat redémarre
    Et le même VI est présenté de nouveau
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté
