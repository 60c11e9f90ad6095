package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"strconv"
	"syscall"

	"etalon/internal/store"
	"etalon/internal/verdict"
)

// wrong is what a user can mend, with the command that does.
func wrong(hint, fr, en string, args ...any) error {
	return hinted{verdict.Tell(fr, en, args...), hint}
}

// storeTrouble tells what keeps a store from being opened; errors that its user cannot mend stay as they are.
func storeTrouble(err error, dir string) error {
	const other = "sandbox serve --store etalon"
	switch {
	case errors.Is(err, store.ErrDamaged):
		return wrong("sandbox restore --store "+dir+"-2 sauvegarde.zip", "le magasin %s est abîmé : refaites-le d'une sauvegarde (%v)", "the store %s is damaged: make it again from a backup (%v)", dir, err)
	case errors.Is(err, store.ErrNewer):
		return wrong(other, "le magasin %s vient d'une version plus récente de ce programme (%v)", "the store %s was made by a later version of this program (%v)", dir, err)
	case errors.Is(err, store.ErrBusy):
		return wrong(other, "le magasin %s sert à un autre programme : arrêtez-le, ou donnez un autre dossier par --store (%v)", "the store %s is used by another program: end it, or give another folder by --store (%v)", dir, err)
	case errors.Is(err, store.ErrFull) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return wrong(other, "le disque du magasin %s est plein : faites de la place, ou donnez un autre dossier par --store ; ce qui y est reste (%v)", "the disk of the store %s is full: make room, or give another folder by --store; what is there stays (%v)", dir, err)
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR):
		return wrong(other, "on ne peut pas écrire dans le magasin %s : donnez-en le droit, ou un autre dossier par --store (%v)", "the store %s cannot be written: grant the right to, or give another folder by --store (%v)", dir, err)
	}
	return hinted{err, other}
}

// portTrouble tells what keeps the sandbox from listening: on what port, and how to choose another.
func (c *serveCommand) portTrouble(err error, w world) error {
	var trouble *net.OpError
	if !errors.As(err, &trouble) || trouble.Op != "listen" || trouble.Addr == nil {
		return err
	}
	address, by := trouble.Addr.String(), c.setBy(trouble.Addr.String(), w)
	const hint = "sandbox serve --listen 127.0.0.1:8640 --config candidat.yaml"
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return wrong(hint, "le port de %[1]s est pris : arrêtez l'autre programme, ou changez %[2]s (%[3]v)", "the port of %[1]s is in use: end the other program, or change %[2]s (%[3]v)", address, by, err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return wrong(hint, "%[1]s n'est pas une adresse de cette machine : changez %[2]s (%[3]v)", "%[1]s is no address of this machine: change %[2]s (%[3]v)", address, by, err)
	case errors.Is(err, fs.ErrPermission):
		return wrong(hint, "le port de %[1]s est réservé au système : changez %[2]s pour un port à partir de 1024 (%[3]v)", "the port of %[1]s is the system's: change %[2]s to one from 1024 on (%[3]v)", address, by, err)
	}
	return err
}

// setBy is what sets an address of the sandbox: a flag, or a key of the candidate file.
func (c *serveCommand) setBy(address string, w world) string {
	_, number, _ := net.SplitHostPort(address)
	for flag, at := range map[string]string{
		"--listen": c.Listen, "--psc-listen": c.Faces.Listen, "--psc-manage": c.Faces.Manage, "--psc-revocation": c.Faces.Revocation, "--psc-imap": c.Faces.IMAP, "--psc-smtp": c.Faces.SMTP,
	} {
		if _, port, _ := net.SplitHostPort(at); port == number && (flag == "--listen" || c.MSS) {
			return flag
		}
	}
	names := map[string]int{}
	if raw, err := json.Marshal(w.listen.Ports); err == nil && json.Unmarshal(raw, &names) == nil {
		for name, port := range names {
			if strconv.Itoa(port) == number {
				return "listen.ports." + name + " (--config)"
			}
		}
	}
	return "listen.ports (--config)"
}
