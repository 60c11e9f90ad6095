# language: fr
@LPS-30 @role:lps @mode:- @majeure
Fonctionnalité: X-MSS-NIL est aussi sur un message simple

  Un message sans document porte aussi la référence du produit.

  Scénario: LPS-30-N, un message simple porte la référence
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
    Et le logiciel passe de nouveau le témoin "ouverture"
