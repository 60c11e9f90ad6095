# language: fr
@IMAP-31 @role:mss-imap @mode:- @mineure
Fonctionnalité: Un dossier peut porter un nom accentué

  Un dossier au nom accentué se crée et se retrouve dans la liste.

  Scénario: IMAP-31-P, un dossier au nom accentué se crée et se retrouve
    Étant donné une session ouverte du professionnel
    Quand le client crée, renomme, liste et supprime un dossier au nom "accentué"
    Alors chaque opération est acceptée
