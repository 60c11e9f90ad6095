# language: fr
@P05 @role:fournisseur @mode:P @majeure @besoin:formulaire
Fonctionnalité: L'adresse de retour est contrôlée

  RelayState ne conduit qu'à une adresse admise, de quatre-vingts octets au plus ; toute autre est refusée ou ignorée.
  # Refuser la Response et ouvrir la session sur une autre page sont également sains : l'écart est l'adresse à
  # laquelle le navigateur est conduit, par redirection ou par la page servie. Aucune autre machine n'est jamais jointe.

  Scénario: P05-P, une adresse de retour du service est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, <defaut> n'est pas suivie
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le navigateur n'a été conduit qu'à des adresses du service
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                 | defaut                                                       | faute                     |
      | P05-N1              | une adresse de retour d'un autre site                        | relaystate-external       |
      | P05-N1~sans-schema  | une adresse de retour d'un autre site, écrite sans schéma    | relaystate-scheme-relative |
      | P05-N1~identifiants | une adresse de retour qui commence comme celle du service    | relaystate-userinfo       |
      | P05-N2              | une adresse de retour qui est un script                      | relaystate-javascript     |
      | P05-N3              | une adresse de retour de plus de quatre-vingts octets        | relaystate-overlong       |
