# language: fr
@A13 @role:client @mode:A @majeure
Fonctionnalité: Le client réagit sainement aux fautes

  Après une faute du partenaire : au plus un renouvellement, jamais de rejeu sans fin, jamais d'appel sans VI, pas
  de faute technique montrée à l'utilisateur.
  # Sont techniques les fautes vi:, wsse:, soap:MustUnderstand et soap:VersionMismatch ; tout le reste est transmis.

  Scénario: A13-P, après vi:InvalidVI, un renouvellement au plus puis l'arrêt
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-fault-invalid-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le partenaire n'a pas reçu plus de 2 appels
    Et un VI renouvelé n'est pas celui qui a été refusé
    Et un appel honnête parvient de nouveau au partenaire

  Plan du Scénario: <cas>, après <code>, pas de rejeu sans fin
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "<faute>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le partenaire n'a pas reçu plus de 2 appels
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas                    | code                            | faute                        |
      | A13-N1                 | wsse:FailedCheck                | answer-fault-failed-check    |
      | A13-N1~invalid-service | vi:InvalidService               | answer-fault-invalid-service |
      | A13-N1~coupure         | une liaison coupée sans réponse | answer-closed                |
      | A13-N1~html            | une page HTML d'intermédiaire   | answer-html                  |

  Scénario: A13-N2, après un refus l'appel n'est pas refait sans VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-fault-security-token-unavailable"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun appel n'est parvenu sans VI
    Et un appel honnête parvient de nouveau au partenaire

  Plan du Scénario: <cas>, la faute technique <code> n'est pas montrée à l'utilisateur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "<faute>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'application ne reçoit pas la faute technique
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas                           | code                      | faute                               |
      | A13-N3                        | wsse:FailedCheck          | answer-fault-failed-check           |
      | A13-N3~invalid-vi             | vi:InvalidVI              | answer-fault-invalid-vi             |
      | A13-N3~invalid-pagm           | vi:InvalidPagm            | answer-fault-invalid-pagm           |
      | A13-N3~invalid-issuer         | vi:InvalidIssuer          | answer-fault-invalid-issuer         |
      | A13-N3~invalid-auth-level     | vi:InvalidAuthLevel       | answer-fault-invalid-auth-level     |
      | A13-N3~invalid-security-token | wsse:InvalidSecurityToken | answer-fault-invalid-security-token |
