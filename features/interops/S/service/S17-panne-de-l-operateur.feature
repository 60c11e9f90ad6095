# language: fr
@S17 @role:operateur-service @mode:S @mineure @besoin:flux-sp
Fonctionnalité: La panne d'un opérateur est traitée

  Pendant la panne de l'opérateur d'authentification, la personne lit un message clair, n'est pas renvoyée sans fin et
  n'entre pas.
  # Un candidat qui envoie le navigateur à l'opérateur sans savoir qu'il est en panne n'a rien à dire lui-même.


  @seul
  Plan du Scénario: <cas>, la panne (<panne>) est dite clairement
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand <panne>
    Et le navigateur demande la page du service pendant la panne
    Alors la panne de l'opérateur est dite clairement
    Et l'opérateur d'authentification répond de nouveau
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | panne                                                     |
      | S17-P         | l'opérateur d'authentification ne répond plus             |
      | S17-P~erreurs | l'opérateur d'authentification ne répond que par des erreurs |

  @seul
  Plan du Scénario: <cas>, la panne (<panne>) ne fait pas tourner le navigateur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand <panne>
    Et le navigateur demande la page du service pendant la panne
    Alors le navigateur n'est pas renvoyé sans fin
    Et l'opérateur d'authentification répond de nouveau
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas            | panne                                                     |
      | S17-N1         | l'opérateur d'authentification ne répond plus             |
      | S17-N1~erreurs | l'opérateur d'authentification ne répond que par des erreurs |

  @seul
  Plan du Scénario: <cas>, la panne (<panne>) n'ouvre pas le service
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand <panne>
    Et le navigateur demande la page du service pendant la panne
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu
    Et l'opérateur d'authentification répond de nouveau
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas            | panne                                                     |
      | S17-N2         | l'opérateur d'authentification ne répond plus             |
      | S17-N2~erreurs | l'opérateur d'authentification ne répond que par des erreurs |
