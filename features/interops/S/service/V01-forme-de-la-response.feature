# language: fr
@V01 @role:operateur-service @mode:S @bloquante
Fonctionnalité: Le VI est une assertion SAML valide, portée par une Response

  En mode S, le VI est porté par une Response SAML 2.0 : un succès, un seul VI, par formulaire.


  Plan du Scénario: <cas>, <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                      | defaut                              | faute                     |
      | V01-N1~sans-response     | un VI nu, sans Response             | response-assertion-bare   |
      | V01-N1~sans-vi           | une Response sans VI                | response-assertion-absent |
      | V01-N1~deux-vi           | une Response de deux VI             | response-assertion-two    |
      | V01-N1~echec             | une Response qui annonce un échec   | response-status-responder |

    # Comment la Response est portée est un choix du profil.
    @base:P
    Exemples:
      | cas                      | defaut                              | faute                     |
      | V01-N1~adresse           | une Response portée par l'adresse, par GET | response-by-get           |
      | V01-N1~base64            | un paramètre qui n'est pas du base64 | response-base64-broken    |
      | V01-N1~parametre-double  | un formulaire qui porte deux Responses | response-parameter-twice  |
      | V01-N1~trop-long         | un formulaire de plus d'un mégaoctet | response-overlong         |
