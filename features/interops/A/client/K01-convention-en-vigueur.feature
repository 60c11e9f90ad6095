# language: fr
@K01 @role:client @mode:A @mode:P @bloquante
Fonctionnalité: Aucun échange sans convention en vigueur

  Sans projet entre les deux organismes, avant son début ou après sa fin, l'échange est refusé par le fournisseur
  et ne part pas du client.

  Scénario: K01-P, l'appel d'un projet en vigueur part
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  Plan du Scénario: <cas>, l'appel d'un service <defaut> ne part pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "<service>" pour l'utilisateur "agent-habilite"
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire

    @besoin:service-sans-convention
    Exemples:
      | cas    | defaut                  | service         |
      | K01-N1 | qu'aucun projet n'ouvre | sans-convention |

    @besoin:projet-termine
    Exemples:
      | cas    | defaut                          | service |
      | K01-N2 | d'un projet clos par un avenant | termine |

    @besoin:projet-futur
    Exemples:
      | cas    | defaut                           | service |
      | K01-N3 | d'un projet qui n'a pas commencé | futur   |
