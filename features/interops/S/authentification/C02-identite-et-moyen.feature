# language: fr
@C02 @role:operateur-authentification @mode:S @majeure @besoin:jeton-de-contexte
Fonctionnalité: Le jeton de contexte dit qui et comment

  Un jeton qui ne désigne personne, ou ne dit pas par quel moyen elle fut identifiée, n'engage personne et ne
  mène à rien.

  Plan du Scénario: <cas>, un jeton de contexte <defaut> ne mène à rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte et la faute "<faute>"
    Alors le jeton de contexte de la personne "agent-habilite" n'est pas retenu
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut        | faute                   |
      | C02-N1 | sans identité | context-identity-absent |
      | C02-N2 | sans moyen    | context-means-absent    |
