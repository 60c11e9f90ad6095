# language: fr
@G01 @role:fournisseur @role:operateur-service @mode:P @mode:S @bloquante
Fonctionnalité: Le VI est signé, quelle que soit la signature de la Response

  Sans signature, ou si quoi que ce soit a changé depuis qu'elle a été faite, le VI est refusé.
  # La signature de la Response est facultative, et ne tient pas lieu de celle du VI.

  # SAML admet une signature portée par la seule Response ; que le VI ait la sienne est un choix du profil.
  @base:P
  Scénario: G01-N1~reponse, un VI non signé dans une Response signée est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-signature-on-response-only"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
