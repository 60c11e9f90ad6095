// Package access is what a candidate file lets the harness do to a candidate and see of it, beside the messages of its
// partners: the drivers that make its application act, and its traces as they are declared.
//
// It judges nothing, and it knows no scenario.
package access
