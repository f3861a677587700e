package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// pack is a container whose outside was looked at. Reading its parts uses up one
// common allowance, whatever sizes the container claims.
type pack struct {
	files map[string]*zip.File
	left  int64
}

func openPack(data []byte) (*pack, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, refuse(msgDamaged)
	}
	if len(z.File) > maxEntries {
		return nil, refuse(msgBomb)
	}
	p := &pack{files: make(map[string]*zip.File, len(z.File)), left: maxOpen}
	var open uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		if f.UncompressedSize64 > maxOpen {
			return nil, refuse(msgBomb)
		}
		open += f.UncompressedSize64 // at most 200 times 64 MB
		switch {
		case f.Flags&1 != 0:
			return nil, refuse(msgLocked)
		case strings.HasSuffix(name, "vbaproject.bin"):
			return nil, refuse(msgMacro)
		case p.files[name] != nil || strings.Contains(name, "..") || strings.Contains(name, `\`):
			return nil, refuse(msgDamaged)
		}
		p.files[name] = f
	}
	if open > maxOpen || open > uint64(len(data))*maxRatio {
		return nil, refuse(msgBomb)
	}
	return p, nil
}

func (p *pack) has(name string) bool { return p.files[strings.ToLower(name)] != nil }

// text is the beginning of a part, "" without one.
func (p *pack) text(name string) string {
	r, err := p.open(name)
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, 256))
	if err != nil {
		return ""
	}
	return string(b)
}

// open opens a part for reading on account of the allowance.
func (p *pack) open(name string) (io.ReadCloser, error) {
	f := p.files[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, refuse(msgDamaged)
	}
	r, err := f.Open()
	if err != nil {
		return nil, refuse(msgDamaged)
	}
	return &metered{r, p}, nil
}

// metered is a part that is being read.
type metered struct {
	io.ReadCloser
	p *pack
}

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.ReadCloser.Read(b)
	if m.p.left -= int64(n); m.p.left < 0 {
		return n, refuse(msgBomb)
	}
	return n, err
}

// elements gives every token of an XML part to visit. Declarations of document
// types are refused: only they can define entities.
func (p *pack) elements(name string, visit func(xml.Token) error) error {
	r, err := p.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	depth := 0
	for dec := xml.NewDecoder(r); ; {
		t, err := dec.RawToken()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			if bad, ok := errors.AsType[refusal](err); ok {
				return bad
			}
			return refuse(msgDamaged)
		}
		switch t.(type) {
		case xml.Directive:
			return refuse(msgEntity)
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.Comment, xml.ProcInst:
			continue
		}
		if err := visit(t); err != nil {
			return err
		}
	}
}

// attribute is the value of an attribute, whatever its prefix.
func attribute(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value, true
		}
	}
	return "", false
}

// beside resolves a target that a relationship of part base names.
func beside(base, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(target, "/")
	}
	return path.Join(path.Dir(base), target)
}

// relation is one reference of a part to another.
type relation struct{ kind, target string }

// relations are the references of a part by id; without a list there are none.
func (p *pack) relations(part string) (map[string]relation, error) {
	out := map[string]relation{}
	list := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == "" {
		list = "_rels/.rels"
	}
	if !p.has(list) {
		return out, nil
	}
	err := p.elements(list, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" {
			return nil
		}
		id, _ := attribute(e, "Id")
		kind, _ := attribute(e, "Type")
		target, _ := attribute(e, "Target")
		out[id] = relation{kind[strings.LastIndexByte(kind, '/')+1:], beside(part, target)}
		return nil
	})
	return out, err
}
