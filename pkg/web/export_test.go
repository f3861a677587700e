package web

// Build makes a server with other routes, so that the core can be tested by itself.
var Build = build

// ParsePages and Functions let a test check templates against their structs.
var ParsePages = parsePages

// TemplateFunctions are the functions of a server's templates.
func (s *Server) TemplateFunctions() map[string]any {
	icons, err := readIcons(s.cfg.Files)
	if err != nil {
		panic(err)
	}
	return s.functions(icons)
}

// SetMenu gives a server the main menu of the gallery.
func (s *Server) SetMenu(items ...NavItem) { s.menu = items }
