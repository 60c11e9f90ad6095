# language: fr
@LPS-35 @role:lps @mode:- @majeure
Fonctionnalité: X-MSS-MES: FIN clôt la discussion d'un patient

  Le champ porte FIN, en capitales.

  @besoin:patient
  Scénario: LPS-35-P, la fin de la discussion est dite
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "fin"
    Alors le message du logiciel est conforme
