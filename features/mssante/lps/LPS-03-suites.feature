# language: fr
@LPS-03 @role:lps @mode:- @majeure
Fonctionnalité: Les suites offertes sont sûres

  Le ClientHello du logiciel est lu, en IMAP et en soumission.

  Scénario: LPS-03-P, le logiciel n'offre que des suites sûres
    Étant donné l'opérateur d'essai rompt les liaisons du logiciel
    Quand le logiciel passe le témoin "envoi"
    Alors le logiciel n'offre aucune suite faible
