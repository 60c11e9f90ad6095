// Package sides lists the domains of the features with what the harness plays around their roles. It plays nothing itself.
package sides

import (
	"etalon/internal/scenario"
	"etalon/internal/sides/api"
	"etalon/internal/sides/declared"
	"etalon/internal/sides/idp"
	"etalon/internal/sides/lps"
	"etalon/internal/sides/mss"
	"etalon/internal/sides/mta"
	"etalon/internal/sides/ops"
	"etalon/internal/sides/rp"
)

// Domains are all of them.
func Domains() []scenario.Domain {
	return []scenario.Domain{ops.Domain(), mss.Domain(), lps.Domain(), mta.Domain(), idp.Domain(), rp.Domain(), api.Domain(), declared.Domain()}
}
