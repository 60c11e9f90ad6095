# language: fr
@V18 @role:client @mode:A @mode:P @mode:R @bloquante
Fonctionnalité: Le VI émis comporte chaque élément attendu

  Issuer, Subject, Conditions avec fenêtre et Audience, AuthnStatement avec sa classe, attribut PAGM : rien ne
  manque au VI qui part.

  @role:operateur-authentification @mode:S
  Scénario: V18-P, le VI émis est complet et conforme
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  @role:operateur-authentification @mode:S
  Plan du Scénario: <cas>, l'élément <element> ne manque pas au VI émis
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI émis comporte l'élément "<element>"

    Exemples:
      | cas                 | element             |
      | V18-N1~issuer       | Issuer              |
      | V18-N1~issueinstant | IssueInstant        |
      | V18-N1~nameid       | NameID              |
      | V18-N1~notbefore    | NotBefore           |
      | V18-N1~notonorafter | NotOnOrAfter        |
      | V18-N1~audience     | Audience            |
      | V18-N1~authninstant | AuthnInstant        |
      | V18-N1~authncontext | AuthnContext        |
      | V18-N1~pagm         | PAGM                |
      | V18-N1~signature    | Signature           |

    @besoin:assertion
    Exemples:
      | cas                 | element             |
      | V18-N1~confirmation | SubjectConfirmation |
      | V18-N1~recipient    | Recipient           |
