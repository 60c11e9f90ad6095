# language: fr
@P06 @role:fournisseur @mode:P @bloquante @besoin:formulaire
Fonctionnalité: La session est ouverte sans danger

  Chaque VI accepté ouvre une session d'identifiant neuf, dans un cookie Secure, HttpOnly et SameSite ; un VI refusé
  n'en ouvre aucune.
  # Un cookie est de session quand la page n'est plus servie sans lui : les autres ne sont pas jugés.

  Scénario: P06-P, un VI accepté ouvre une session
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: P06-N1, un identifiant imposé par un attaquant n'est pas repris
    # L'identifiant est celui que le candidat donne à qui vient sans VI, sinon un identifiant inventé de même longueur.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Et un attaquant a imposé au navigateur un cookie de session
    Quand l'organisme client envoie un VI honnête
    Alors le cookie de session est neuf
    Et un VI honnête est de nouveau accepté

  Scénario: P06-N2, le cookie de session est protégé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors les cookies de session sont Secure, HttpOnly et SameSite

  Scénario: P06-N3, un VI refusé n'ouvre pas de session
    # La page est demandée après le refus, avec les cookies reçus.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-signature-value-altered"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
