# language: fr
@A11 @role:fournisseur @mode:A @mineure
Fonctionnalité: La référence de jeton est cohérente

  Le KeyIdentifier d'une SecurityTokenReference désigne l'assertion présente, par le type de valeur exact.

  Scénario: A11-P, une référence à l'assertion présente est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "reference-de-jeton"
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une référence de jeton <defaut> fait refuser le message
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                   | faute                          |
      | A11-N1 | à une autre assertion    | soap-token-reference-other     |
      | A11-N2 | d'un type de valeur faux | soap-token-reference-valuetype |
