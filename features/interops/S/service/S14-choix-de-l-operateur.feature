# language: fr
@S14 @role:operateur-service @mode:S @majeure
Fonctionnalité: Le choix de l'opérateur est sûr

  La personne ne choisit que parmi les opérateurs de la sphère, et le choix ne sert pas de redirection ouverte.
  # Aucune autre machine n'est jamais jointe : l'écart est l'adresse à laquelle le navigateur est conduit.


  @besoin:choix-operateur @besoin:flux-sp
  Scénario: S14-P, l'opérateur choisi reçoit la demande
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le navigateur choisit l'opérateur listé
    Alors le navigateur est envoyé à l'opérateur choisi, avec une demande d'authentification

  @besoin:choix-operateur @besoin:flux-sp
  Plan du Scénario: <cas>, un choix falsifié (<choix>) ne conduit nulle part
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le choix de l'opérateur est falsifié en "<choix>"
    Alors le navigateur n'est envoyé qu'au service ou à un opérateur de la sphère
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | choix   |
      | S14-N1        | adresse |
      | S14-N1~script | script  |

  @besoin:choix-operateur @besoin:flux-sp
  Scénario: S14-N2, l'adresse de retour du choix n'est pas une redirection ouverte
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'adresse de retour du choix de l'opérateur est celle d'un autre site
    Alors le navigateur n'est envoyé qu'au service ou à un opérateur de la sphère
    Et un VI honnête est de nouveau accepté

  # Ce que RelayState peut désigner est un choix du profil.
  @besoin:flux-idp @base:P
  Plan du Scénario: <cas>, <defaut> n'est pas suivie
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le navigateur n'a été conduit qu'à des adresses du service
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                   | defaut                                                    | faute                      |
      | S14-N2~relaystate     | l'adresse de retour d'un autre site dans une Response     | relaystate-external        |
      | S14-N2~sans-schema    | l'adresse de retour d'un autre site, écrite sans schéma   | relaystate-scheme-relative |
      | S14-N2~identifiants   | l'adresse de retour qui commence comme celle du service   | relaystate-userinfo        |
      | S14-N2~script         | l'adresse de retour qui est un script                     | relaystate-javascript      |
      | S14-N2~longue         | l'adresse de retour de plus de quatre-vingts octets       | relaystate-overlong        |
