package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A Problem is one thing that is wrong with a policy. Its fields are File, Line and Column (both from 1; 0 where the file
// or the line as a whole is meant), Code (a stable name of its kind, such as B012), Message, and Source, the line itself.
// Its Error is "file:line:col: code message".
type Problem = source.Problem

// Problems is the error of a policy that does not compile: all its problems, by file, line and column. Its text shows
// each with its line and a caret.
type Problems = source.Problems

// Load reads a policy from a file, with the files that it names from the same folder or below, and compiles it. The error
// is a Problems for a policy that does not compile, and another one where the file itself cannot be read or an Option is
// wrong. Options are made by Fields.
func Load(name string, options ...Option) (*handoff.Engine, error) {
	return LoadFS(os.DirFS(filepath.Dir(name)), filepath.Base(name), options...)
}

// LoadFS is Load for a policy in a file system, such as one that is embedded in the program. Positions, and so decisions,
// name its files as the file system does.
func LoadFS(fsys fs.FS, name string, options ...Option) (*handoff.Engine, error) {
	text, err := readFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	_, engine, err := compile(&files{fsys: fsys, dir: path.Dir(name)}, name, text, options)
	return engine, err
}

// Parse compiles a policy from its text, which can name no other files. The name stands in positions, and so in decisions.
func Parse(name string, text []byte, options ...Option) (*handoff.Engine, error) {
	_, engine, err := compile(&files{}, name, text, options)
	return engine, err
}

func compile(files *files, name string, text []byte, options []Option) (*policy, *handoff.Engine, error) {
	p, err := readPolicy(files, name, text, options)
	if err != nil {
		return nil, nil, err
	}
	engine, err := handoff.New(p.config)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, engine, nil
}

// readPolicy reads a policy whose every problem is reported.
func readPolicy(files *files, name string, text []byte, options []Option) (*policy, error) {
	var report source.Report
	files.begin(name, text)
	p := read(source.Parse(name, text, language.Policy, &report), files, &report)
	for _, o := range options {
		if o == nil {
			continue
		}
		if err := o.apply(p); err != nil {
			return nil, err
		}
	}
	if report.Failed() {
		return nil, report.Err()
	}
	p.config.Digest = files.digest()
	return p, nil
}

// files reads what a policy names beside itself, and sums up all that was read.
type files struct {
	fsys  fs.FS // nil: the policy is a text without a folder
	dir   string
	names []string // of what was read, the policy first, each once
	sum   hash.Hash
}

// begin sums up the policy itself. Its name stands in positions, and so in decisions.
func (f *files) begin(name string, text []byte) {
	f.sum = sha256.New()
	f.names = []string{name}
	io.WriteString(f.sum, name+"\x00") // a hash never fails
	f.sum.Write(text)
}

func (f *files) digest() string { return "sha256:" + hex.EncodeToString(f.sum.Sum(nil)) }

// open reads the file that a node names. A problem is reported there.
func (f *files) open(n source.Node) (name string, text []byte, ok bool) {
	relative := n.Text()
	if !n.IsText() {
		return "", nil, false
	}
	if f.fsys == nil {
		n.Errorf(source.BadInclude, "this policy was read without a folder, so that it can name no files; write the contents here")
		return "", nil, false
	}
	name = path.Join(f.dir, relative)
	if !fs.ValidPath(relative) || strings.Contains(relative, `\`) {
		n.Errorf(source.BadInclude, "this names no file in the policy's folder or below; write a path such as lists/freemail.txt, with / between its parts")
		return "", nil, false
	}
	text, err := readFile(f.fsys, name)
	if err != nil {
		n.Errorf(source.BadInclude, "%q cannot be read: %v", relative, plainFileError(err))
		return "", nil, false
	}
	if !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
	part := sha256.Sum256(text) // of one length, so that no two lists of files give the same sum
	io.WriteString(f.sum, "\x00"+name+"\x00")
	f.sum.Write(part[:])
	return name, text, true
}

func plainFileError(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("the policy's folder has no such file")
	}
	var where *fs.PathError
	if errors.As(err, &where) {
		return where.Err
	}
	return err
}

// readFile reads a file, of which no more than a policy may have.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	var where *fs.PathError
	switch {
	case errors.As(err, &where):
		return nil, &fs.PathError{Op: "open", Path: name, Err: where.Err}
	case err != nil:
		return nil, err
	}
	switch {
	case info.IsDir():
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is a folder")}
	case !info.Mode().IsRegular(): // a pipe would wait for ever
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is not a regular file")}
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text := make([]byte, 0, min(info.Size(), source.MaxBytes)+1)
	for {
		n, err := file.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case errors.Is(err, io.EOF) || err == nil && len(text) > source.MaxBytes: // Parse refuses what is longer
			return text, nil
		case err != nil:
			return nil, err
		case len(text) == cap(text):
			text = append(text, 0)[:len(text)]
		}
	}
}

// include returns the policy's keys together with those of the files that it includes, and whether all of them are there.
func (p *policy) include(m source.Keyed) (_ source.Keyed, whole bool) {
	seen := map[string]bool{}
	list := m.Get("include")
	whole = !list.Exists() || list.IsList()
	for _, n := range list.List() {
		name, text, ok := p.files.open(n)
		switch {
		case !ok:
			whole = false
		case name == p.files.names[0]:
			n.Errorf(source.BadInclude, "a policy cannot include itself")
			whole = false
		case seen[name]:
			n.Errorf(source.Repeated, "this file is included already")
		default:
			seen[name] = true
			root := source.Parse(name, text, language.Included, p.report)
			whole = whole && root.Exists()
			m = m.Merge(root.Map())
		}
	}
	return m, whole
}

// readLines reads a file with one item on each line, without empty lines and those that begin with #.
func (p *policy) readLines(n source.Node) []string {
	lines := p.lines(n)
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.Clone(line.Text)
	}
	return out
}

// lines returns the lines of a file with one item on each. Those that are repeated or have a comment in them are reported.
func (p *policy) lines(n source.Node) []source.Line {
	name, text, ok := p.files.open(n)
	if !ok {
		return nil
	}
	lines, ok := source.Lines(name, text, p.report)
	if ok && len(lines) == 0 {
		n.Errorf(source.Empty, "%s has no items", name)
	}
	first := make(map[string]int, len(lines)) // by item, the index of its line
	out := make([]source.Line, 0, len(lines))
	for i, line := range lines {
		if earlier, repeated := first[line.Text]; repeated {
			line.Errorf(source.Repeated, "%q is repeated in this list; it stands at %s already", line.Text, lines[earlier].Position())
			continue
		}
		if strings.Contains(line.Text, " #") {
			line.Errorf(source.CutShort, "# is a part of the item here: a comment stands on a line of its own, and an item with # in the policy, in quotes")
		}
		first[line.Text] = i
		out = append(out, line)
	}
	return out
}
