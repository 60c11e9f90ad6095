# language: fr
@IMAP-30 @role:mss-imap @mode:- @mineure
Fonctionnalité: Les dossiers se gèrent

  Créer, renommer, lister et supprimer un dossier est accepté.

  Scénario: IMAP-30-P, un dossier se crée, se renomme, se liste et se supprime
    Étant donné une session ouverte du professionnel
    Quand le client crée, renomme, liste et supprime un dossier au nom "simple"
    Alors chaque opération est acceptée
