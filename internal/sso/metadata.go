package sso

// NamespaceMetadata is that of SAML 2.0 metadata.
const NamespaceMetadata = "urn:oasis:names:tc:SAML:2.0:metadata"
