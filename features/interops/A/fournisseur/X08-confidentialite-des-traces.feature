# language: fr
@X08 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure @besoin:traces
Fonctionnalité: Les traces sont confidentielles

  Elles ne s'ouvrent qu'au lecteur autorisé et ne contiennent ni clé privée, ni mot de passe.

  Scénario: X08-P, les traces se lisent par le moyen déclaré
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors les traces du candidat se lisent par le moyen déclaré

  @besoin:traces-en-ligne
  Scénario: X08-N1, un lecteur anonyme n'obtient pas les traces
    # Ne vaut que pour des traces servies par le réseau : la demande est refaite sans identité.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand un lecteur anonyme demande les traces du candidat
    Alors les traces sont refusées au lecteur anonyme

  Scénario: X08-N2, les traces ne contiennent ni clé, ni mot de passe, ni VI entier
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors les traces du candidat ne contiennent ni clé, ni mot de passe, ni VI entier
