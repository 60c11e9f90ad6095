# language: fr
@SESS-04 @role:mss-imap @role:mss-smtp @mode:- @mineure @seul
Fonctionnalité: Une boîte admet plusieurs sessions

  Une boîte admet autant de sessions simultanées que l'opérateur le déclare, et cinq au moins.

  Scénario: SESS-04-P, les sessions déclarées s'ouvrent ensemble sur une boîte
    # Seul : les sessions des autres essais compteraient avec celles-ci.
    Quand autant de sessions que déclaré s'ouvrent sur la boîte
    Alors toutes sont admises
