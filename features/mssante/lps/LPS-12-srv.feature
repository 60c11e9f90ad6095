# language: fr
@LPS-12 @role:lps @mode:- @majeure
Fonctionnalité: Les serveurs se trouvent par SRV

  Le domaine publie ses enregistrements SRV ; aucun serveur n'est dit au logiciel.

  @seul @besoin:srv
  Scénario: LPS-12-P, la boîte s'ouvre par SRV
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte annonce ses serveurs par SRV, variante "honnete"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel s'est authentifié en IMAP
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
