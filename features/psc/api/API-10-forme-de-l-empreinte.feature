# language: fr
@API-10 @role:api-psc @mode:- @mineure
Fonctionnalité: L'empreinte n'est pas écrite comme dans l'exemple publié

  L'exemple du volume est la base64 des chiffres hexadécimaux de l'empreinte (88 caractères) : qui le recopie
  lie bien le jeton, dans une forme que la RFC 8705 ne connaît pas. L'écart est nommé comme tel.

  @besoin:jeton-lisible
  Scénario: API-10-P, l'empreinte n'est pas dans la forme de l'exemple
    Quand le proxy demande l'échange à l'API
    Alors le jeton de l'API écrit l'empreinte comme le veut la RFC 8705
