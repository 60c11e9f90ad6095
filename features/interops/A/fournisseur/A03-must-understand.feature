# language: fr
@A03 @role:fournisseur @mode:A @mineure
Fonctionnalité: mustUnderstand est honoré

  Un en-tête inconnu marqué mustUnderstand et adressé au candidat fait refuser le message.
  # L'en-tête est d'un espace de noms privé qu'aucune passerelle ne peut connaître ; jamais WS-Addressing.

  Scénario: A03-P, un message sans en-tête inconnu est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: A03-N1, un en-tête inconnu marqué mustUnderstand fait refuser le message
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "soap-mustunderstand-unknown"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et le code de faute est "soap:MustUnderstand"
    Et un VI honnête est de nouveau accepté
