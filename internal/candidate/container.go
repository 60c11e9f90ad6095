package candidate

import (
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/interops"
)

// Container is a candidate that its vendor gives as an image or as a Dockerfile. Paths of this machine are relative to the
// candidate file's folder, and stay in it.
type Container struct {
	// Image is an image of the engine; or Dockerfile is built, in Context, its own folder when empty. One of the two.
	Image      string `json:"image"`
	Dockerfile string `json:"dockerfile"`
	Context    string `json:"context"`
	// Command replaces the image's; Env is added to its own. ContainerHost stands in both for this machine's name.
	Command []string          `json:"command"`
	Env     map[string]string `json:"env"`
	// Ports are those that it serves, of TCP; elsewhere in the file ContainerPlace names where each is reached.
	Ports []ContainerPort `json:"ports"`
	// Network is bridge, an address of its own, or host; bridge when empty.
	Network string        `json:"network"`
	Wait    ContainerWait `json:"wait"`
	// Files are put in, from a file of this machine to a path of the container; Export are fetched out when it is ready, the
	// other way; Share are folders of this machine that both sides write.
	Files  map[string]string `json:"files"`
	Export map[string]string `json:"export"`
	Share  map[string]string `json:"share"`
	// MemoryMiB and Processes bound what it may take; 0 leaves it to the harness.
	MemoryMiB int `json:"memory_mib"`
	Processes int `json:"processes"`

	// Folder is the candidate file's, absolute.
	Folder string `json:"-"`
}

// ContainerWait says when a container can be judged: all that is asked; that each of its ports answers when nothing is.
type ContainerWait struct {
	Port    int               `json:"port"`
	HTTP    string            `json:"http"` // a path of that port, which must answer it below 400
	Log     string            `json:"log"`  // a text that it must write
	Timeout interops.Duration `json:"timeout"`
}

// ContainerPort is a port of TCP, written 8443 or "8443/tcp".
type ContainerPort int

// UnmarshalJSON reads one of the two forms.
func (p *ContainerPort) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	n, err := strconv.Atoi(strings.TrimSuffix(text, "/tcp"))
	if err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("read port %.20q: want 8443 or 8443/tcp", text)
	}
	*p = ContainerPort(n)
	return nil
}

// ContainerHost stands for this machine's name, as a container calls it, in its command and its environment.
const ContainerHost = "${container:host}"

// ContainerHostName is that name on a network of its own.
const ContainerHostName = "host.docker.internal"

// ContainerPlace stands in a candidate file for where a port of its container is reached, host:port of this machine.
func ContainerPlace(port int) string { return fmt.Sprintf("${container:%d}", port) }

// Ahead is Load before the container of the file runs, as far as it can be read then: addresses in the container are no
// real ones, and what comes out of it may be missing. Without a container it is Load.
func Ahead(path string) (*Candidate, error) {
	return load(path, func(l *loading) { l.trial = true })
}

// LoadIn is Load, once the container of the file runs: places gives, by port, where each of its ports is reached.
func LoadIn(path string, places map[int]string) (*Candidate, error) {
	return load(path, func(l *loading) { l.places = places })
}

// settle puts the addresses of the container in the places of the file that name them.
func (l *loading) settle() {
	block, _ := l.root.at("container")
	ports := map[int]bool{}
	list, _ := block.at("ports")
	items, _ := list.value.([]*node)
	for _, item := range items {
		var p ContainerPort
		if raw, err := json.Marshal(item.plain()); err == nil && p.UnmarshalJSON(raw) == nil {
			ports[int(p)] = true
		}
	}
	fields, _ := l.root.value.([]field)
	for _, f := range fields {
		if f.key != "container" {
			l.settleIn(f.value, ports, f.key)
		}
	}
}

// settleIn does it in one value and all that it holds.
func (l *loading) settleIn(n *node, ports map[int]bool, at ...string) {
	here := func(step string) []string { return append(slices.Clip(at), step) }
	switch v := n.value.(type) {
	case []field:
		for _, f := range v {
			l.settleIn(f.value, ports, here(f.key)...)
		}
	case []*node:
		for i, item := range v {
			l.settleIn(item, ports, here(strconv.Itoa(i))...)
		}
	case string:
		if strings.Contains(v, containerMark) {
			n.value = l.placed(v, ports, at)
		}
	}
}

// containerMark begins every place of a container.
const containerMark = "${container"

// placed fills the places of one text.
func (l *loading) placed(text string, ports map[int]bool, at []string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, containerMark)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		port, err := strconv.Atoi(strings.TrimPrefix(name, ":"))
		address := l.places[port]
		switch {
		case err != nil || !ports[port]:
			l.report(trouble{say("un port du conteneur, parmi container.ports : %s", "a port of the container, among container.ports: %s", ContainerPlace(8443)),
				say("Corrigez ce port, ou ajoutez-le à container.ports.", "Correct this port, or add it to container.ports.")}, at...)
		case address == "" && !l.trial:
			l.report(trouble{say("une adresse connue : le conteneur ne tourne pas", "a known address: the container does not run"),
				say("Passez par conformance run, qui le démarre.", "Go through conformance run, which starts it.")}, at...)
		}
		if address == "" {
			address = "conteneur.invalid:" + strconv.Itoa(max(1, port)) // no port of the harness, whichever it is
		}
		b.WriteString(address)
		text = after
	}
}

// container checks what is declared of the container.
func (l *loading) container(c *Container) {
	c.Folder = l.folder
	if (c.Image == "") == (c.Dockerfile == "") {
		l.report(trouble{say("image ou dockerfile, l'un des deux", "image or dockerfile, one of the two"),
			say("Donnez l'image, ou le Dockerfile à construire.", "Give the image, or the Dockerfile to build.")}, "container")
	}
	if c.Context != "" && c.Dockerfile == "" {
		l.report(trouble{say("dockerfile, que context accompagne", "dockerfile, with which context goes"), say("Retirez context.", "Remove context.")}, "container", "context")
	}
	if c.Dockerfile != "" && l.inside(c.Dockerfile, "container", "dockerfile") {
		l.file(c.Dockerfile, "container", "dockerfile")
	}
	if c.Context != "" {
		l.inside(c.Context, "container", "context")
	}
	l.containerFiles(c)
	declared := false
	once := l.once("port")
	for i, p := range c.Ports {
		once(strconv.Itoa(int(p)), "container", "ports", strconv.Itoa(i))
		declared = declared || int(p) == c.Wait.Port
	}
	if c.Wait.Port != 0 && !declared {
		l.report(trouble{say("l'un des ports de container.ports", "one of the ports of container.ports"), say("Ajoutez-le à container.ports, ou corrigez-le.", "Add it to container.ports, or correct it.")}, "container", "wait", "port")
	}
	if c.Wait.HTTP != "" && c.Wait.Port == 0 && len(c.Ports) != 1 {
		l.report(trouble{say("wait.port, le port à qui demander ce chemin", "wait.port, the port of which to ask this path"), say("Ajoutez-le.", "Add it.")}, "container", "wait")
	}
}

// containerFiles checks the paths of this machine, and counts what is put in.
func (l *loading) containerFiles(c *Container) {
	for name := range c.Files {
		if at := []string{"container", "files", name}; l.inside(name, at...) {
			l.fileOf(maxEvidence, name, at...)
		}
	}
	for theirs, ours := range c.Export {
		l.inside(ours, "container", "export", theirs)
		if !path.IsAbs(theirs) {
			l.report(absolutePath, "container", "export", theirs)
		}
	}
	for name := range c.Share {
		l.inside(name, "container", "share", name)
	}
}

var absolutePath = trouble{say("un chemin qui commence par /", "a path that begins with /"), say("Par exemple /etc/candidat/cle.pem, ou /sante.", "For instance /etc/candidat/cle.pem, or /sante.")}

// inside wants a path of the candidate file's folder.
func (l *loading) inside(name string, key ...string) bool {
	ok := filepath.IsLocal(name) && !strings.ContainsRune(name, 0)
	if !ok {
		l.report(trouble{say("un chemin dans le dossier du candidat", "a path within the candidate's folder"),
			say("Un conteneur ne voit que ce dossier : placez-y le fichier.", "A container sees this folder alone: place the file there.")}, key...)
	}
	return ok
}

// awaited tells whether a file comes out of the container, which does not run yet.
func (l *loading) awaited(path string) bool {
	if !l.trial || l.declared.Container == nil {
		return false
	}
	for _, ours := range l.declared.Container.Export {
		if filepath.Join(l.folder, ours) == path {
			return true
		}
	}
	return false
}
