# language: fr
@F02 @role:fournisseur @mode:A @mineure
Fonctionnalité: Un format fautif est annoncé

  Faute wsse:InvalidSecurityToken, sans pile d'appels ni page d'erreur générique.

  Scénario: F02-P, un émetteur vide reçoit wsse:InvalidSecurityToken
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-issuer-empty"
    Alors le candidat refuse le VI
    Et le code de faute est "wsse:InvalidSecurityToken"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, une faute de format (<defaut>) ne livre ni pile d'appels ni page générique
    # Du XML mal formé peut aussi être annoncé par soap:Client, et une assertion d'un espace de noms inconnu n'être pas
    # tenue pour un VI.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la faute rendue respecte "discretion"
    Et le code de faute est <codes>
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas            | defaut                 | faute              | codes                                                                                             |
      | F02-N1~xml     | XML mal formé          | vi-xml-malformed   | "wsse:InvalidSecurityToken" ou "soap:Client"                                                      |
      | F02-N1~espace  | espace de noms inconnu | vi-namespace-wrong | "wsse:InvalidSecurityToken" ou "wsse:UnsupportedSecurityToken" ou "wsse:SecurityTokenUnavailable" |
      | F02-N1~version | Version 3.0            | vi-version-unknown | "wsse:InvalidSecurityToken" ou "wsse:UnsupportedSecurityToken"                                    |
      | F02-N1~element | élément étranger       | vi-element-foreign | "wsse:InvalidSecurityToken"                                                                       |
