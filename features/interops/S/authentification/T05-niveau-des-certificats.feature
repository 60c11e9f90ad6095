# language: fr
@T05 @role:operateur-authentification @mode:S @majeure
Fonctionnalité: Les certificats atteignent le niveau du RGS

  Les VI ne sont signés ni d'une clé RSA de moins de 2048 bits, ni sous un certificat en SHA-1.

  Plan du Scénario: <cas>, le VI n'est pas signé <defaut>
    Étant donné un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "<aspect>"
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut                      | aspect                  |
      | T05-N1 | d'une clé trop courte       | longueur-de-cle         |
      | T05-N2 | sous un certificat en SHA-1 | condensat-du-certificat |
