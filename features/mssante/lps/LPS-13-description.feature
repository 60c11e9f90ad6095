# language: fr
@LPS-13 @role:lps @mode:- @mineure
Fonctionnalité: Les serveurs se trouvent par leur description

  Le domaine décrit ses serveurs en XML, par https.

  @seul @besoin:autoconfig
  Scénario: LPS-13-P, la boîte s'ouvre par la description
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte décrit ses serveurs en XML, variante "honnete"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel s'est authentifié en IMAP
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
