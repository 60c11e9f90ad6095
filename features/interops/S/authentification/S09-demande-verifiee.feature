# language: fr
@S09 @role:operateur-authentification @mode:S @bloquante @besoin:demande-d-authentification
Fonctionnalité: La demande d'un service est vérifiée

  Une AuthnRequest n'a de réponse que signée par un service connu de la sphère, adressée à cet opérateur, de
  fraîche date, et à une adresse de retour déclarée.

  Scénario: S09-P, une demande honnête reçoit sa réponse
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et le service "principal" demande l'authentification de la personne "agent-habilite"
    Alors une réponse parvient au service "principal"
    Et l'appel parvient au partenaire avec un VI conforme

  Plan du Scénario: <cas>, une demande <defaut> reste sans réponse
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et le service "principal" demande l'authentification de la personne "agent-habilite" avec la faute "<faute>"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas            | defaut                           | faute                     |
      | S09-N1         | sans signature                   | request-signature-absent  |
      | S09-N1~alteree | changée après signature          | request-altered           |
      | S09-N2         | d'un service inconnu             | request-service-unknown   |
      | S09-N4         | adressée à un autre              | request-destination-other |

    @base:P
    Exemples:
      | cas            | defaut                           | faute                     |
      | S09-N4~perimee | vieille d'une heure              | request-too-old           |

  Scénario: S09-N3, une demande à adresse de retour non déclarée n'y reçoit rien
    # Répondre à l'adresse déclarée est aussi sain que de ne pas répondre (SAML core §3.4.1).
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et le service "principal" demande l'authentification de la personne "agent-habilite" avec la faute "request-acs-unregistered"
    Alors aucune réponse ne part ailleurs qu'à l'adresse du service "principal"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:organisme-exterieur
  Scénario: S09-N2~exterieur, une demande d'un organisme hors de la sphère reste sans réponse
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et le service "principal" demande l'authentification de la personne "agent-habilite" avec la faute "request-issuer-outside"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire
