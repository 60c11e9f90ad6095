# language: fr
@F10 @role:fournisseur @mode:A @mineure
Fonctionnalité: Une faute est une vraie faute SOAP

  Statut HTTP 500, enveloppe SOAP, code de faute dont le préfixe est déclaré.

  Scénario: F10-P, la faute est une faute SOAP sous le statut 500
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-audience-other-service"
    Alors le candidat refuse le VI
    Et la faute rendue respecte "statut-500"
    Et la faute rendue respecte "enveloppe-soap"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, <defaut>
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la faute rendue respecte "<aspect>"
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas         | defaut                                                     | faute                      | aspect          |
      | F10-N1      | une signature fautive n'est pas annoncée par une page HTML | vi-signature-value-altered | enveloppe-soap  |
      | F10-N1~xml  | du XML mal formé n'est pas annoncé par une page HTML       | vi-xml-malformed           | enveloppe-soap  |
      | F10-N2      | le préfixe d'un code vi est déclaré                        | vi-window-expired          | prefixe-declare |
      | F10-N2~wsse | le préfixe d'un code wsse est déclaré                      | vi-signature-value-altered | prefixe-declare |
