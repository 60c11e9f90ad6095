# language: fr
@BAL-11 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:titulaire-rpps
Fonctionnalité: L'IdNat préfixé de 8 est reconnu

  L'IdNat d'un professionnel du RPPS commence par 8.

  Scénario: BAL-11-P, l'IdNat fait de 8 et du numéro RPPS est reconnu
    Quand un client ouvre la boîte "personnelle" avec le jeton de "titulaire"
    Alors la connexion est acceptée
