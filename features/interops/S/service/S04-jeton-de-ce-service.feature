# language: fr
@S04 @role:operateur-service @mode:S @bloquante
Fonctionnalité: Le jeton est fait pour ce service

  Un jeton S désigne un service et un seul, et n'y sert qu'une fois.


  Scénario: S04-P, le jeton du service est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                   | defaut                                       | faute                       |
      | S04-N1                | le jeton d'un autre service                  | vi-audience-other-service   |
      | S04-N2                | un jeton déjà présenté                       | vi-replayed                 |

    # Ce que dit la Response autour du VI est une règle de SAML (core §3.2.2, profiles §4.1.4.2).
    @base:N
    Exemples:
      | cas                   | defaut                                       | faute                       |
      | S04-N1~adresse        | une Response adressée à un autre service     | response-destination-other  |
      | S04-N1~autre-emetteur | une Response d'un autre émetteur que son VI  | response-issuer-other       |

    # SAML n'exige Destination que d'une Response signée (bindings §3.5.5.2).
    @base:P
    Exemples:
      | cas                   | defaut                                       | faute                       |
      | S04-N1~sans-adresse   | une Response sans adresse                    | response-destination-absent |
