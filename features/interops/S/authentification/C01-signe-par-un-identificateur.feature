# language: fr
@C01 @role:operateur-authentification @mode:S @bloquante @besoin:jeton-de-contexte
Fonctionnalité: Le jeton de contexte est signé par un opérateur d'identification de la sphère

  Un jeton sans signature, altéré, ou signé par un membre qui n'identifie personne ne mène pas à
  l'authentification.

  Scénario: C01-P, un jeton honnête mène à l'authentification
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Alors l'opérateur demande à la personne "agent-habilite" de s'authentifier

  Plan du Scénario: <cas>, un jeton de contexte <defaut> ne mène à rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte et la faute "<faute>"
    Alors le jeton de contexte de la personne "agent-habilite" n'est pas retenu
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut               | faute                    |
      | C01-N1 | sans signature       | context-signature-absent |
      | C01-N3 | à l'identité altérée | context-identity-altered |

  @besoin:membre-sans-identification
  Scénario: C01-N2, un jeton d'un membre qui n'identifie personne ne mène à rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte et la faute "context-issuer-not-identifying"
    Alors le jeton de contexte de la personne "agent-habilite" n'est pas retenu
    Et un appel honnête parvient de nouveau au partenaire
