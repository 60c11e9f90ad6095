// Package gateway is what the mock gateways have in common on the face that they show to a partner: connections
// whose handshake is seen even when it fails, a client certificate judged by the convention, conducts armed for the
// next exchanges, the call to the application behind, the record of a VI received, and the neglects common to all.
//
// It judges no message and answers none: the mock partners do, each in its mode.
package gateway
