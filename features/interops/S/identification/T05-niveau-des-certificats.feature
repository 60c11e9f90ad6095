# language: fr
@T05 @role:operateur-identification @mode:S @majeure
Fonctionnalité: Les certificats atteignent le niveau du RGS

  Les jetons de contexte ne sont signés ni d'une clé RSA de moins de 2048 bits, ni sous un certificat en
  SHA-1.

  Scénario: T05-P, RSA 2048 et SHA-256 sont acceptés
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte parvient à l'opérateur, conforme

  Plan du Scénario: <cas>, le jeton n'est pas signé <defaut>
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte émis respecte "cle"
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut                      |
      | T05-N1 | d'une clé trop courte       |
      | T05-N2 | sous un certificat en SHA-1 |
