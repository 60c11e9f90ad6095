# language: fr
@S16 @role:operateur-service @mode:S @majeure @besoin:lecture-metadonnees @besoin:flux-sp
Fonctionnalité: Les métadonnées de la sphère sont éprouvées

  Des métadonnées sans signature, périmées ou d'une clé étrangère ne déplacent aucune adresse et n'apportent aucune clé.
  # Les métadonnées déplacent l'adresse de l'opérateur : où vont ensuite les navigateurs dit si elles ont été crues. Des
  # métadonnées honnêtes sont d'abord lues, sans quoi il ne prouverait rien que d'autres ne le soient pas.


  @seul
  Scénario: S16-P, des métadonnées signées et valables sont lues
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le candidat lit des métadonnées de l'opérateur, variante "honnete", qui déplacent son adresse
    Alors le candidat envoie les navigateurs à la nouvelle adresse

  @seul
  Plan du Scénario: <cas>, des métadonnées <defaut> ne sont pas crues
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand le candidat lit des métadonnées de l'opérateur, variante "<variante>", qui déplacent son adresse
    Alors le candidat n'envoie aucun navigateur à la nouvelle adresse
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                | variante      |
      | S16-N1 | sans signature        | non-signee    |
      | S16-N2 | périmées              | perimee       |
      | S16-N3 | d'une clé étrangère   | cle-etrangere |
