# language: fr
@V16 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: Une condition inconnue rend l'assertion indéterminée

  Une saml:Condition d'un type inconnu fait refuser le VI ; OneTimeUse interdit une seconde présentation.

  Scénario: V16-P, un VI sans condition inconnue est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: V16-N1, une condition d'un type inconnu fait refuser le VI
    # Une saml:Condition dont le xsi:type est d'un espace de noms privé : l'assertion est valide, mais indéterminée.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-condition-unknown"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

  @besoin:usage-unique
  Scénario: V16-N2, un VI à usage unique est refusé à sa seconde présentation
    # La première présentation doit être acceptée ; le refus, la sonde et la trace portent sur la seconde, dont le
    # corps a son propre marqueur. Même essai que L05-N2.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-onetimeuse-replayed"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
