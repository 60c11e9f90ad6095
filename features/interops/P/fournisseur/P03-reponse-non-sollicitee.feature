# language: fr
@P03 @role:fournisseur @mode:P @mineure
Fonctionnalité: Une Response non sollicitée ne répond à rien

  Le mode P n'a pas de demande : une Response qui nomme une demande (InResponseTo) est refusée.

  Scénario: P03-P, une Response sans InResponseTo est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: P03-N1, une Response qui répond à une demande inventée est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "response-inresponseto-invented"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
