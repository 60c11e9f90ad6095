# language: fr
@LPS-29 @role:lps @mode:- @majeure
Fonctionnalité: X-MSS-NIL est sur tout message

  La référence du produit est celle de la plateforme Convergence.

  @besoin:documents
  Scénario: LPS-29-P, un message à document porte la référence
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "document"
    Alors le message du logiciel est conforme
