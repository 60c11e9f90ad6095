# language: fr
@R01 @role:fournisseur @mode:R @bloquante
Fonctionnalité: Le jeton n'est pris que dans l'en-tête convenu

  Sans jeton, avec deux jetons, ou avec un jeton dans l'adresse ou dans le corps, l'appel est refusé par 401.

  # Mode expérimental : son texte n'est pas public, et le profil de test dit seul ce qui est attendu.

  Scénario: R01-P, un jeton dans l'en-tête convenu est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un appel <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                              | faute              |
      | R01-N1 | sans jeton                          | token-absent       |
      | R01-N2 | qui porte deux fois le jeton        | token-twice        |
      | R01-N3 | qui porte le jeton dans son adresse | vi-in-query-string |

  @besoin:ecriture-par-pagm
  Scénario: R01-N4, un appel qui porte le jeton dans son corps est refusé
    # L'appel écrit, et un PAGM du jeton l'y autorise : seule la place du jeton est fautive.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client écrit dans la ressource que son PAGM ouvre, avec la faute "token-in-body"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
