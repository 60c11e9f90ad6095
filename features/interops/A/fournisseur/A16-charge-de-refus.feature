# language: fr
@A16 @role:fournisseur @mode:A @mineure
Fonctionnalité: Le fournisseur reste disponible sous une charge de refus

  Cent refus à la suite n'empêchent pas l'appel valide suivant d'aboutir.
  # Les cent refus et l'appel valide se suivent sur la même liaison : un candidat qui coupe les liaisons après un
  # refus, ou qui verrouille l'organisme, s'y voit.

  Scénario: A16-P, un appel valide aboutit après cent refus
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie une rafale de 100 VI avec la faute "vi-window-expired"
    Et l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, cent VI <defaut> ne bloquent pas l'appel suivant
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie une rafale de 100 VI avec la faute "<faute>"
    Et l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

    Exemples:
      | cas              | defaut              | faute                      |
      | A16-N1~signature | à signature altérée | vi-signature-value-altered |
      | A16-N1~format    | mal formés          | vi-xml-malformed           |
