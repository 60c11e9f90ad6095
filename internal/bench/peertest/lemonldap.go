package peertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// LemonConfiguration is the configuration that the Debian package of LemonLDAP::NG ships, which those of tests start from.
const LemonConfiguration = "/var/lib/lemonldap-ng/conf/lmConf-1.json"

// LemonLDAP is a portal of LemonLDAP::NG, whose persons are in the table people of people.db in its folder: uid and secret
// log in.
type LemonLDAP struct {
	// Dir is made by Dir.
	Dir string
	// Port and Base are where it is: the address that its pages tell, without a slash at its end.
	Port int
	Base string
	// Certificate and Key are files of its face.
	Certificate, Key string
	Workers          int
	// Environment is what it is told besides, as NAME=VALUE; Options are those of its server, starman.
	Environment, Options []string
}

// lemonProgram serves the portal and its scripts.
const lemonProgram = `use Lemonldap::NG::Portal::Main;
use Plack::Builder;
builder {
  enable 'Static', path => sub { s!^/static/!! }, root => '/usr/share/lemonldap-ng/portal/htdocs/static';
  Lemonldap::NG::Portal::Main->run({});
};
`

// lemonIni tells the portal where its configuration is.
const lemonIni = `[all]
logLevel = error
[configuration]
type = File
dirName = %[1]s/conf
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = fr
logger = Lemonldap::NG::Common::Logger::Std
userLogger = Lemonldap::NG::Common::Logger::Std
`

// Configuration is what the package ships, with what every test sets.
func (l LemonLDAP) Configuration(t testing.TB) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(LemonConfiguration)
	if err != nil {
		t.Fatal(err)
	}
	var conf map[string]any
	if err := json.Unmarshal(raw, &conf); err != nil {
		t.Fatal(err)
	}
	folder := func(name string) map[string]any {
		return map[string]any{
			"Directory": filepath.Join(l.Dir, name), "LockDirectory": filepath.Join(l.Dir, name, "lock"),
			"generateModule": "Lemonldap::NG::Common::Apache::Session::Generate::SHA256",
		}
	}
	maps.Copy(conf, map[string]any{
		"portal": l.Base + "/", "domain": "localhost", "securedCookie": 1, "timeout": 4 * 3600,
		"authentication": "DBI", "userDB": "Same", "passwordDB": "Null", "registerDB": "Null",
		"dbiAuthChain": "dbi:SQLite:dbname=" + filepath.Join(l.Dir, "people.db"), "dbiAuthTable": "people",
		"dbiAuthLoginCol": "uid", "dbiAuthPasswordCol": "secret", "dbiAuthPasswordHash": "", "whatToTrace": "uid",
		"globalStorageOptions": folder("sessions"), "persistentStorageOptions": folder("psessions"),
		"localSessionStorageOptions": map[string]any{"namespace": "s", "default_expires_in": 600, "directory_umask": "007", "cache_root": filepath.Join(l.Dir, "cache"), "cache_depth": 3},
		"notification":               0, "loginHistoryEnabled": 0,
		// A token of a form is named in the cache by its second and sixteen random bits: two of many logins at once are taken for each
		// other. In the storage of sessions each has a name of its own.
		"tokenUseGlobalStorage": 1,
	})
	return conf
}

// Start starts the portal with a configuration, waits until it listens, and ends it with the test.
func (l LemonLDAP) Start(t testing.TB, conf map[string]any) {
	t.Helper()
	raw, err := json.Marshal(conf)
	if err != nil {
		t.Fatal(err)
	}
	Folders(t, l.Dir, "conf", "sessions", "sessions/lock", "psessions", "psessions/lock", "cache")
	Write(t, l.Dir, "conf/lmConf-1.json", raw)
	ini := Write(t, l.Dir, "lemonldap-ng.ini", fmt.Sprintf(lemonIni, l.Dir))
	portal := Write(t, l.Dir, "portal.psgi", lemonProgram)
	args := append([]string{"LLNG_DEFAULTCONFFILE=" + ini}, l.Environment...)
	args = append(args, "starman", "--workers", strconv.Itoa(l.Workers))
	args = append(args, l.Options...)
	args = append(args, "--listen", fmt.Sprintf("127.0.0.1:%d:ssl", l.Port), "--enable-ssl", "--ssl-cert", l.Certificate, "--ssl-key", l.Key, portal)
	Start(t, Program{Dir: l.Dir, Name: "env", Args: args}).Listening(t, fmt.Sprintf("127.0.0.1:%d", l.Port))
}
