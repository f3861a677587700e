package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown makes the one renderer of what managers write in Markdown: paragraphs,
// lists, emphasis, quotes, code and links. Nothing of it can run or load: HTML is
// printed as it was typed, pictures become their words, a link leads to http, https
// or this site or is no link, and a heading is a line in bold, because the page has
// its own headings.
func markdown() func(string) (template.HTML, error) {
	md := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewThematicBreakParser(), 200), util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400), util.Prioritized(parser.NewATXHeadingParser(), 600),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700), util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewParagraphParser(), 1000)),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100), util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300), util.Prioritized(emphasis{}, 500)),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			parser.WithASTTransformers(util.Prioritized(harmless{}, 100)))),
		goldmark.WithRendererOptions(html.WithHardWraps()),
	)
	return func(source string) (template.HTML, error) {
		var out bytes.Buffer
		if err := md.Convert([]byte(source), &out); err != nil {
			return "", fmt.Errorf("render markdown: %w", err)
		}
		return template.HTML(out.String()), nil // #nosec G203 -- no raw HTML gets through the parser above
	}
}

// emphasis is *this* and **this**. Markdown's own rule wants a blank after **30%**,
// where Korean goes on with a particle: here stars open before anything but a blank
// and close after anything but a blank.
type emphasis struct{}

// Trigger is the character that emphasis begins with.
func (emphasis) Trigger() []byte { return []byte{'*'} }

// Parse reads one run of stars.
func (e emphasis) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	run := parser.ScanDelimiter(line, before, 1, e)
	if run == nil {
		return nil
	}
	after := rune(' ')
	if run.OriginalLength < len(line) {
		after, _ = utf8.DecodeRune(line[run.OriginalLength:])
	}
	run.CanOpen, run.CanClose = !unicode.IsSpace(after), !unicode.IsSpace(before)
	run.Segment = segment.WithStop(segment.Start + run.OriginalLength)
	block.Advance(run.OriginalLength)
	pc.PushDelimiter(run)
	return run
}

// IsDelimiter tells the character of a run.
func (emphasis) IsDelimiter(b byte) bool { return b == '*' }

// CanOpenCloser tells whether two runs belong together.
func (emphasis) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

// OnMatch makes the node of a matched pair of runs.
func (emphasis) OnMatch(consumes int) ast.Node { return ast.NewEmphasis(consumes) }

// harmless rewrites a parsed text before it is printed.
type harmless struct{}

// Transform takes pictures, headings and links to elsewhere out of the tree.
func (harmless) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var found []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker returns no error
		switch n.(type) {
		case *ast.Link, *ast.AutoLink, *ast.Image, *ast.Heading:
			if entering {
				found = append(found, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range found {
		switch n := n.(type) {
		case *ast.Heading:
			bold := ast.NewEmphasis(2)
			take(n, bold)
			line := ast.NewParagraph()
			line.AppendChild(line, bold)
			n.Parent().ReplaceChild(n.Parent(), n, line)
		case *ast.Image:
			unwrap(n)
		case *ast.Link:
			if !leadsSomewhere(string(util.URLEscape(n.Destination, true))) { // as it will be printed
				unwrap(n)
				continue
			}
			n.SetAttributeString("rel", []byte("noopener noreferrer"))
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkEmail || !leadsSomewhere(string(n.URL(reader.Source()))) {
				n.Parent().ReplaceChild(n.Parent(), n, ast.NewString(util.EscapeHTML(n.Label(reader.Source()))))
				continue
			}
			n.SetAttributeString("rel", []byte("noopener noreferrer"))
		}
	}
}

// leadsSomewhere tells an address of the web or of this site from all others.
func leadsSomewhere(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "":
		return u.Host == "" && u.Opaque == "" && address != ""
	}
	return false
}

// take moves the children of one node under another.
func take(from, to ast.Node) {
	for c := from.FirstChild(); c != nil; {
		next := c.NextSibling()
		to.AppendChild(to, c)
		c = next
	}
}

// unwrap leaves the words of a node in its place.
func unwrap(n ast.Node) {
	parent := n.Parent()
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}
