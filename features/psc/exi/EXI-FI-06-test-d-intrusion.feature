# language: fr
@EXI-FI-06 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Test d'intrusion

  EXI FI 06. Le formulaire du test d'intrusion a moins d'un an, est un PDF signé électroniquement par le prestataire qualifié PASSI, et conclut à l'éligibilité. Date et signature sont vérifiées ; qui a signé, et ce qu'il conclut, une personne le dit.

  Scénario: EXI-FI-06-D, le formulaire du test d'intrusion est récent et signé
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
    Et la pièce date de moins d'un an
    Et la pièce est un PDF signé électroniquement
