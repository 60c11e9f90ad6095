package service

import "net/http"

// Handler is the partner's face without its link: tests play many messages through it.
func (s *Service) Handler() http.Handler { return s.routes() }
